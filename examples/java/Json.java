// JSON sans bibliothèque : Json.read comprend une ligne, Json.write en fabrique une.
// JSON without a library: Json.read parses a line, Json.write makes one.
import java.util.*;
import java.util.regex.*;
import java.util.stream.Collectors;

/** Objet -> Map, tableau -> List, texte -> String, nombre -> Long ou Double, true/false -> Boolean, null -> null. */
public final class Json {
    // Sans limite, « [[[[… » ferait déborder la pile. / Without a limit, "[[[[…" would overflow the stack.
    private static final int MAX_DEPTH = 64;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private final String text;
    private int at; // l'indice du prochain caractère / the index of the next character

    private Json(String text) { this.text = text; }

    /** Lit une valeur ; IllegalArgumentException si ce n'est pas du JSON. / Throws if the text is not JSON. */
    public static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value(MAX_DEPTH);
        if (json.peek() != -1) throw json.wrong();
        return value;
    }

    private Object value(int depth) {
        if (depth < 0) throw wrong();
        if (skip("{")) {
            Map<String, Object> members = new LinkedHashMap<>();
            if (skip("}")) return members;
            do {
                need("\"");
                String name = string();
                need(":");
                members.put(name, value(depth - 1));
            } while (skip(","));
            need("}");
            return members;
        }
        if (skip("[")) {
            List<Object> values = new ArrayList<>();
            if (skip("]")) return values;
            do values.add(value(depth - 1)); while (skip(","));
            need("]");
            return values;
        }
        return skip("\"") ? string() : skip("true") ? true : skip("false") ? false : skip("null") ? null : number();
    }

    /** La suite d'un texte, après son premier guillemet. / The rest of a string, after its first quote. */
    private String string() {
        StringBuilder out = new StringBuilder();
        for (char c; (c = next()) != '"'; out.append(c)) {
            if (c < ' ') throw wrong();
            if (c != '\\') continue;
            int i = "\"\\/bfnrtu".indexOf(next());
            if (i < 0 || i == 8 && at + 4 > text.length()) throw wrong();
            // Un emoji vient en deux fois \\uXXXX, comme en Java. / An emoji comes as two \\uXXXX, as in Java.
            c = i < 8 ? "\"\\/\b\f\n\r\t".charAt(i) : (char) HexFormat.fromHexDigits(text, at, at += 4);
        }
        return out.toString();
    }

    private Object number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) throw wrong();
        at = number.end();
        try {
            return Long.valueOf(number.group());
        } catch (NumberFormatException e) { // une fraction, ou plus de 64 bits / a fraction, or more than 64 bits
            return Double.valueOf(number.group());
        }
    }

    /** Le prochain caractère qui n'est pas un blanc ; -1 à la fin. / The next one that is no space; -1 at the end. */
    private int peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
        return at < text.length() ? text.charAt(at) : -1;
    }

    private boolean skip(String word) {
        boolean isThere = peek() != -1 && text.startsWith(word, at);
        if (isThere) at += word.length();
        return isThere;
    }

    private void need(String word) { if (!skip(word)) throw wrong(); }

    private char next() {
        if (at >= text.length()) throw wrong();
        return text.charAt(at++);
    }

    private IllegalArgumentException wrong() { return new IllegalArgumentException("JSON : erreur en position " + at); }

    /** Écrit une valeur, en ASCII : aucun encodage ne peut l'abîmer. / ASCII only: no charset can damage it. */
    public static String write(Object value) { return write(value, MAX_DEPTH); }

    private static String write(Object value, int depth) {
        if (depth < 0) throw new IllegalArgumentException("JSON : trop de niveaux");
        if (value instanceof String string) return quote(string);
        if (value instanceof Collection<?> values) return values.stream()
            .map(each -> write(each, depth - 1)).collect(Collectors.joining(",", "[", "]"));
        if (value instanceof Map<?, ?> members) return members.entrySet().stream()
            .map(member -> quote("" + member.getKey()) + ":" + write(member.getValue(), depth - 1))
            .collect(Collectors.joining(",", "{", "}"));
        boolean isFinite = value instanceof Number number && Double.isFinite(number.doubleValue());
        if (value == null || value instanceof Boolean || isFinite) return "" + value;
        throw new IllegalArgumentException("JSON : " + value);
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c >= ' ' && c <= '~') out.append(c);
            else out.append("\\u").append(HexFormat.of().toHexDigits(c));
        }
        return out.append('"').toString();
    }
}
