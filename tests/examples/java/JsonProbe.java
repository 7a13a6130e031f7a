// Reads texts with Json, one a line in UTF-16 as hexadecimal digits, and prints each as Json writes it, or the error.
import java.io.*;
import java.util.HexFormat;

public class JsonProbe {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        PrintStream out = new PrintStream(new BufferedOutputStream(System.out));
        for (String line; (line = in.readLine()) != null;) {
            StringBuilder text = new StringBuilder();
            for (int at = 0; at < line.length(); at += 4) text.append((char) HexFormat.fromHexDigits(line, at, at + 4));
            out.println(roundTrip(text.toString()));
        }
        out.flush();
    }

    private static String roundTrip(String text) {
        Object value;
        try {
            value = Json.read(text);
        } catch (IllegalArgumentException e) {
            return "not read";
        } catch (Throwable e) {
            return e.toString(); // a fault in Json
        }
        try {
            return Json.write(value);
        } catch (IllegalArgumentException e) {
            return "not written";
        } catch (Throwable e) {
            return e.toString();
        }
    }
}
