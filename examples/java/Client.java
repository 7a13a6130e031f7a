// Un client complet pour la console (Java 17, aucune bibliothèque). Fenetre.java utilise la même classe.
// A complete client for the console (Java 17, no library). Fenetre.java uses the same class.
//     javac -encoding UTF-8 *.java
//     java Client [HOST [PORT]]
// Dès Java 22, « java Client.java » suffit, sans javac. Dans un IDE : les trois fichiers dans le paquetage par défaut.
// From Java 22 on, "java Client.java" is enough, without javac. In an IDE: all three files in the default package.
// La console de Windows n'a pas tous les caractères : « chcp 1252 » avant java donne € et œ, Fenetre a les emojis.
// The console of Windows lacks characters: run "chcp 1252" before java for € and œ; Fenetre has emoji as well.
import java.io.*;
import java.net.*;
import java.nio.charset.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.regex.*;
import java.util.stream.*;

/**
 * Deux fils : l'un lit les lignes du serveur, « work » fait le reste, une tâche après l'autre. Lui seul touche aux
 * variables : pas besoin de verrou. / Two threads: one reads the lines of the server, "work" does the rest, one task
 * after the other. It alone uses the variables: no lock is necessary.
 */
public class Client {
    /** L'écran, console ou fenêtre, que « work » appelle. / The screen, a console or a window: "work" calls it. */
    public interface Screen {
        void show(String line);
        void online(Collection<String> names);
        void login(boolean ok); // false : (re)demander le nom et le mot de passe / ask for name and password (again)
        void ended(); // le client ne se reconnectera pas / the client will not reconnect
    }

    // Que faire de chaque code d'erreur ? Un code inconnu : show.
    // What to do about each error code. An unknown code: show.
    private static final String[][] ACTIONS = {
        { "ask", "login_failed username_taken bad_username weak_password" }, // redemander / ask again
        { "wait", "rate_limited throttled busy too_many_connections" }, // attendre, renvoyer / wait, then send again
        { "login", "login_required session_expired" }, // rentrer, renvoyer une fois / log in, send again once
        { "join", "not_in_channel" }, // revenir dans le salon, renvoyer une fois / join, send again once
        { "reconnect", "shutting_down" },
        { "stop", "banned" }, // ne pas revenir / do not come back
        { "show", "bad_json bad_request unknown_type content_too_long bad_invite unknown_user unknown_class" },
        { "show", "unknown_channel unknown_group forbidden muted internal line_too_long" },
    };

    static final String GENERAL = "#g\u00e9n\u00e9ral"; // \u00e9 = é, quel que soit l'encodage du fichier / of the file
    private static final int MAX_READ = 1 << 20, MAX_SENT = 65_536, MAX_WAITING = 500, MAX_SEEN = 10_000;
    private static final Pattern PRIVATE = Pattern.compile("/(?:msg|mp) +(?:\"([^\"]+)\"|(\\S+)) +(.+)");

    private final ScheduledExecutorService work = Executors.newSingleThreadScheduledExecutor();
    private final CompletableFuture<Boolean> idle = new CompletableFuture<>();
    private final Screen screen;
    private final InetSocketAddress address;
    private Socket socket;
    private Writer out; // null : pas de connexion / no connection
    private String name, password, retried, channel = GENERAL;
    private boolean isNewAccount, joined, quitting, ended;
    private int failures, pauses;
    private long retryAfter, newest; // des secondes ; le plus grand id vu / seconds; the greatest id so far
    // ref -> requête sans réponse ; les ref déjà envoyées / ref -> request without an answer; the refs already sent
    private final Map<String, Map<String, Object>> waiting = new LinkedHashMap<>();
    private final Set<String> sent = new LinkedHashSet<>();
    private final Queue<String> typed = new ArrayDeque<>();
    private final Set<String> seen = new LinkedHashSet<>(), online = new TreeSet<>();
    // Un lieu (place) est un salon ou un correspondant : le dernier id lu. / A place is a channel or a user: last id.
    private final Map<String, Long> after = new HashMap<>();
    private final Set<String> behind = new HashSet<>(); // leur historique reste à lire / their history is still to be read

    public Client(Screen screen, String... args) {
        this.screen = screen;
        address = InetSocketAddress.createUnresolved(args.length > 0 ? args[0] : "127.0.0.1",
            args.length > 1 ? Integer.parseInt(args[1]) : 12345);
    }

    // Pour l'écran : ces méthodes confient une tâche à « work » et reviennent aussitôt. / They return at once.

    public void start() { new Thread(this::read, "read").start(); }

    public void say(String line) { later(() -> typed.add(line)); }

    public void login(String name, String password, boolean isNewAccount) {
        later(() -> {
            this.name = name;
            this.password = password;
            this.isNewAccount = isNewAccount;
            if (out != null) askLogin();
        });
    }

    /** Ferme la connexion quand tout a sa réponse : true. / Closes once everything has its answer: true. */
    public CompletableFuture<Boolean> quit() {
        later(() -> quitting = true);
        return idle;
    }

    private CompletableFuture<Void> later(Runnable task) {
        return CompletableFuture.runAsync(() -> {
            task.run();
            flush();
        }, work);
    }

    // Le réseau / The network

    /** Une connexion, du début à la fin, dans le fil « read ». / One connection, in the thread "read". */
    private void read() {
        String reason = "la connexion est ferm\u00e9e";
        try (Socket opened = new Socket()) {
            opened.connect(new InetSocketAddress(address.getHostString(), address.getPort()), 10_000);
            opened.setKeepAlive(true);
            Writer writer = new OutputStreamWriter(opened.getOutputStream(), StandardCharsets.UTF_8);
            Reader in = new BufferedReader(new InputStreamReader(opened.getInputStream(), StandardCharsets.UTF_8));
            later(() -> {
                socket = opened;
                out = writer;
                if (password != null) askLogin();
            }).join();
            // Un caractère à la fois : peu importe où le réseau coupe. / It does not matter where the network cuts.
            StringBuilder line = new StringBuilder();
            for (int c; (c = in.read()) != -1;) {
                if (c != '\n') line.append((char) c);
                if (line.length() > MAX_READ) throw new IOException("ligne trop longue");
                if (c != '\n') continue;
                String whole = line.toString();
                later(() -> dispatch(whole)).join();
                line.setLength(0);
            }
        } catch (UnknownHostException e) {
            reason = "machine inconnue : " + e.getMessage();
        } catch (IOException e) {
            reason = "" + e.getMessage();
        }
        String why = reason;
        later(() -> disconnected(why));
    }

    private void disconnected(String reason) {
        socket = null;
        out = null;
        joined = false;
        pauses = 0;
        sent.clear();
        // Seuls les messages attendent la connexion suivante. / Only messages wait for the next connection.
        if (waiting.values().stream().anyMatch(request -> request.containsKey("content") && !request.containsKey("nonce")))
            show("! une commande reste sans r\u00e9ponse");
        waiting.values().removeIf(request -> !request.containsKey("nonce"));
        if (ended) return;
        long wait = Math.max(backoff(), retryAfter * 1000);
        retryAfter = 0;
        show("! " + reason + retryIn(wait));
        work.schedule(this::start, wait, TimeUnit.MILLISECONDS);
    }

    /** 1, 2, 4 … 60 s, et un peu de hasard : la classe ne revient pas d'un seul coup. / Plus a random part. */
    private long backoff() {
        String first = System.getenv().getOrDefault("CLASSCORD_RECONNECT_MS", "1000"); // pour les tests / for tests
        long wait = Math.min(60_000, Long.parseLong(first) << Math.min(failures++, 6));
        return wait + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    }

    private static String retryIn(long wait) { return " ; nouvel essai dans " + (wait + 999) / 1000 + " s"; }

    private void cut() {
        try {
            if (socket != null) socket.close(); // « read » s'en aperçoit / "read" notices
        } catch (IOException e) { } // elle est déjà fermée / it is closed already
    }

    private void giveUp() {
        ended = true;
        cut();
        screen.ended();
    }

    // Ce qui part / What is sent

    private void handle(String line) {
        Matcher to = PRIVATE.matcher(line);
        if (line.isBlank()) return;
        if (to.matches()) post("to", to.group(1) != null ? to.group(1) : to.group(2), to.group(3));
        else if (!line.matches("/\\p{L}.*")) post("channel", channel, line);
        else if (!joined) show("! hors ligne : la commande n'est pas envoy\u00e9e");
        else if (line.equals("/users")) ask("users");
        else { // une commande du serveur, qui change peut-être de salon / of the server, which may change the channel
            ask("message", "content", line);
            ask("whoami");
        }
    }

    /** Le serveur ne renvoie pas nos messages : on les montre ici. / The server does not echo: show it here. */
    private void post(String member, String place, String content) {
        String nonce = UUID.randomUUID().toString();
        if (!ask("message", member, place, "content", content, "nonce", nonce)) return;
        if (member.equals("to")) after.putIfAbsent(place, newest);
        isNew(name, nonce, 0); // l'historique le répétera peut-être / the history may repeat it
        show((member.equals("to") ? "[priv\u00e9] <" : "<") + name + "> " + content);
    }

    /** Garde une requête jusqu'à sa réponse ; flush l'envoie. / Keeps a request until its answer; flush sends it. */
    private boolean ask(String type, Object... members) {
        Map<String, Object> request = new LinkedHashMap<>(Map.of("type", type));
        for (int i = 0; i < members.length; i += 2) request.put((String) members[i], members[i + 1]);
        request.values().removeIf(Objects::isNull);
        request.put("ref", request.getOrDefault("nonce", UUID.randomUUID().toString()));
        boolean isShort = Json.write(request).length() < MAX_SENT, fits = isShort && waiting.size() < MAX_WAITING;
        if (fits) waiting.put(text(request, "ref"), request);
        else show("! " + (isShort ? "trop de messages en attente (busy)" : "message trop long (line_too_long)"));
        return fits;
    }

    private void askLogin() {
        joined = false;
        waiting.values().removeIf(request -> request.containsKey("password"));
        ask(isNewAccount ? "register" : "login", "username", name, "password", password);
    }

    /** Envoie ce qui peut partir, dans l'ordre. / Sends what may be sent, in order. */
    private void flush() {
        // Après une commande, « whoami » dit d'abord où l'on est. / After a command, "whoami" first says where we are.
        while (!typed.isEmpty() && name != null
            && waiting.values().stream().noneMatch(each -> each.get("type").equals("whoami"))) handle(typed.remove());
        boolean isUnderway = false;
        for (Map<String, Object> request : List.copyOf(waiting.values())) {
            // Un message à la fois, pour que l'ordre reste le même si le serveur en refuse un. / One message at a time.
            boolean isHeld = request.containsKey("nonce") && (isUnderway || behind.contains(place(request)));
            boolean mayGo = request.containsKey("password") || joined && !isHeld;
            if (out == null || pauses > 0 || !mayGo) continue;
            isUnderway |= request.containsKey("nonce");
            if (!sent.add(text(request, "ref"))) continue;
            try {
                out.write(Json.write(request) + "\n"); // une ligne, un objet / one line, one object
                out.flush();
            } catch (IOException e) {
                cut();
            }
        }
        if (!quitting || !waiting.isEmpty() || !typed.isEmpty()) return;
        ended = true;
        cut();
        idle.complete(true);
    }

    // Ce qui arrive / What arrives

    private void dispatch(String text) {
        try {
            Map<?, ?> line = (Map<?, ?>) Json.read(text);
            Map<String, Object> request = waiting.getOrDefault(text(line, "ref"), Map.of());
            if (!text(line, "type").equals("error")) forget(request);
            else if (!line.containsKey("ref")) // sans ref : les réponses suivent l'ordre / the answers come in order
                request = sent.isEmpty() ? Map.of() : waiting.getOrDefault(sent.iterator().next(), Map.of());
            switch (text(line, "type")) {
                case "error" -> error(line, request);
                case "register" -> {
                    isNewAccount = false; // « register » ne connecte pas / "register" does not log in
                    askLogin();
                }
                case "login" -> loggedIn(text(line, "username"));
                case "users" -> users(line);
                case "status" -> status(text(line, "user"), text(line, "state"));
                case "message" -> message(line, true);
                case "ack" -> {
                    failures = 0;
                    isNew("", "", number(line, "id"));
                }
                case "history" -> history(line, request);
                case "whoami" -> moved(text(line, "channel"));
                case "system" -> notice(line);
                default -> { } // un type plus récent que ce client / a type newer than this client
            }
        } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
            show("! ligne incomprise : " + e.getMessage());
        }
    }

    private void forget(Map<String, Object> request) {
        waiting.remove(text(request, "ref"));
        sent.remove(text(request, "ref"));
    }

    private void error(Map<?, ?> line, Map<String, Object> request) {
        String code = text(line, "code"), action = action(code), ref = text(request, "ref"), type = text(request, "type");
        long seconds = Math.max(0, Math.min(number(line, "retry_after"), 86_400));
        String shown = "! " + text(line, "message") + " (" + code + ")";
        if (!action.equals("wait")) show(shown);
        switch (action) {
            case "wait" -> { // la requête reste dans « waiting » / the request stays in "waiting"
                long wait = seconds > 0 ? seconds * 1000 + ThreadLocalRandom.current().nextLong(50, 300) : backoff();
                Socket current = socket;
                pauses++;
                sent.remove(ref);
                if (code.equals("too_many_connections")) retryAfter = seconds; // elle va se fermer / it will close
                show(shown + retryIn(wait));
                work.schedule(() -> later(() -> pauses -= socket == current ? 1 : 0), wait, TimeUnit.MILLISECONDS);
                return;
            }
            case "stop" -> {
                giveUp();
                return;
            }
            case "reconnect" -> {
                retryAfter = seconds;
                cut();
                return;
            }
            case "login", "join" -> {
                if (request.containsKey("nonce") && !ref.equals(retried)) {
                    retried = ref;
                    sent.remove(ref);
                    Map<String, Map<String, Object>> next = new LinkedHashMap<>(waiting);
                    waiting.clear();
                    if (action.equals("login")) askLogin();
                    else ask("join", "channel", place(request));
                    waiting.putAll(next); // tout le reste ensuite / everything else after that
                    return;
                }
            }
            default -> { }
        }
        forget(request);
        if (type.equals("history")) behind.remove(place(request));
        if (type.equals("join")) left(place(request));
        if (!request.containsKey("password")) return;
        password = null;
        screen.login(false);
    }

    private static String action(String code) {
        for (String[] action : ACTIONS) if (List.of(action[1].split(" ")).contains(code)) return action[0];
        return "show";
    }

    private void loggedIn(String username) {
        name = username; // celui du serveur, pas celui que l'on a tapé / the server's, not the one that was typed
        joined = true;
        failures = 0;
        screen.login(true);
        behind.clear();
        behind.add(GENERAL);
        after.keySet().stream().filter(place -> place.startsWith("#")).forEach(behind::add);
        waiting.values().stream().filter(request -> request.containsKey("nonce")).map(Client::place).forEach(behind::add);
        if (!channel.equals(GENERAL)) ask("join", "channel", channel);
        ask("users");
        List.copyOf(behind).forEach(this::catchUp);
    }

    private void catchUp(String place) {
        behind.add(place);
        ask("history", place.startsWith("#") ? "channel" : "with", place, "after", after.get(place));
    }

    private void history(Map<?, ?> line, Map<String, Object> request) {
        String place = place(request);
        long last = 0, from = number(request, "after");
        for (Object each : (List<?>) line.get("messages")) {
            message((Map<?, ?>) each, false);
            last = number((Map<?, ?>) each, "id");
        }
        after.merge(place, last, Math::max);
        if (request.containsKey("after") && last > from && Boolean.TRUE.equals(line.get("more"))) catchUp(place);
        else behind.remove(place);
    }

    private void message(Map<?, ?> message, boolean isLive) {
        String from = text(message, "from"), place = text(message, "channel");
        String nonce = text(message, "nonce") + text(message, "cid"); // la page l'appelle cid / the page calls it cid
        boolean isMine = from.equals(name), isPrivate = text(message, "subtype").equals("private");
        if (isPrivate) place = isMine ? text(message, "to") : from;
        long id = number(message, "id");
        if (isMine) forget(waiting.getOrDefault(nonce, Map.of())); // son acquittement s'est perdu / its ack was lost
        newest = Math.max(newest, id);
        if (isLive && !behind.contains(place)) after.merge(place, id, Math::max);
        if (!isNew(from, nonce, id)) return;
        String where = isPrivate ? "[priv\u00e9] " : place.isEmpty() || place.equals(channel) ? "" : place + " ";
        show(where + "<" + from + "> " + text(message, "content").replace("\n", "\n    "));
    }

    /** Un message peut venir deux fois : en direct et par l'historique. / A message may come twice. */
    private boolean isNew(String from, String nonce, long id) {
        boolean isNew = id == 0 || seen.add("" + id);
        if (!nonce.isEmpty() && nonce.length() <= 64) isNew &= seen.add(from + " " + nonce);
        while (seen.size() > MAX_SEEN) seen.remove(seen.iterator().next());
        return isNew;
    }

    private void users(Map<?, ?> line) {
        Map<?, ?> states = line.get("states") instanceof Map<?, ?> map ? map : Map.of(); // peut manquer / may be missing
        online.clear();
        for (Object user : (List<?>) line.get("users")) online.add((String) user);
        show("* en ligne : " + online.stream()
            .map(user -> states.containsKey(user) ? user + " (" + states.get(user) + ")" : user)
            .collect(Collectors.joining(", ")));
        screen.online(List.copyOf(online));
    }

    private void status(String user, String state) {
        boolean isGone = state.equals("offline") || state.equals("invisible");
        if (isGone) online.remove(user);
        else online.add(user);
        show("* " + user + (isGone ? " est parti" : state.equals("online") ? " est en ligne" : " : " + state));
        screen.online(List.copyOf(online));
    }

    private void notice(Map<?, ?> line) {
        show("* " + text(line, "content"));
        switch (text(line, "code")) {
            case "kicked", "banned", "session_ended", "replaced" -> giveUp(); // ne pas revenir / do not come back
            case "expelled", "channel_deleted" -> left(text(line, "channel"));
            case "renamed" -> name = text(line, "name");
            default -> { }
        }
    }

    private void left(String place) {
        after.remove(place);
        ask("whoami");
    }

    /** Le salon où vont nos messages, d'après le serveur. / The channel of our messages, as the server says. */
    private void moved(String place) {
        if (place.isEmpty() || place.equals(channel)) return;
        channel = place;
        show("* " + channel);
        if (!after.containsKey(channel)) catchUp(channel);
    }

    private void show(String line) { screen.show(line.replaceAll("[\\p{Cc}&&[^\n]]", " ")); }

    private static String place(Map<?, ?> request) {
        return text(request, "channel") + text(request, "to") + text(request, "with");
    }

    private static String text(Map<?, ?> line, String member) {
        return line.get(member) instanceof String text ? text : "";
    }

    private static long number(Map<?, ?> line, String member) {
        return line.get(member) instanceof Number number ? number.longValue() : 0;
    }

    // La console / The console

    private static final class Terminal implements Screen {
        private final Console console = System.console(); // null dans un IDE ou un tube / null in an IDE or a pipe
        private final Charset charset = console == null ? StandardCharsets.UTF_8 : console.charset();
        private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, charset));
        private final PrintStream out = new PrintStream(System.out, true, charset);
        private final BlockingQueue<Boolean> logins = new LinkedBlockingQueue<>();
        private final List<String> answers = new ArrayList<>();
        private volatile boolean isAsking;

        @Override public void show(String line) { out.println(line); }
        @Override public void online(Collection<String> names) { }
        @Override public void ended() { System.exit(1); }

        @Override public void login(boolean ok) {
            isAsking = !ok;
            if (!ok) out.append("Nom : ").flush();
            logins.add(ok);
        }

        private String read() throws IOException {
            boolean isHidden = isAsking && answers.size() == 1 && console != null;
            char[] hidden = isHidden ? console.readPassword() : null;
            return hidden != null ? new String(hidden) : console != null ? console.readLine() : in.readLine();
        }

        private void run(Client client) throws IOException, InterruptedException {
            login(false);
            for (String line; (line = read()) != null && !line.equals("/quit");) {
                if (!isAsking) client.say(line);
                else if (answers.add(line) && answers.size() < 3)
                    out.append(answers.size() == 1 ? "Mot de passe : " : "Nouveau compte ? (o/n) : ").flush();
                else {
                    logins.clear();
                    client.login(answers.get(0), answers.get(1), line.toLowerCase().startsWith("o"));
                    answers.clear();
                    logins.take(); // la suite ne se lit qu'après la réponse / reads on after the reply only
                }
            }
        }
    }

    public static void main(String[] args) throws Exception {
        Terminal terminal = new Terminal();
        Client client = new Client(terminal, args);
        client.start();
        terminal.run(client);
        boolean isDone = client.quit().completeOnTimeout(false, 10, TimeUnit.SECONDS).join();
        if (!isDone) terminal.show("! tout n'est pas parti");
        System.exit(0);
    }
}
