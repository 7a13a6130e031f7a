// Joins ClassCord as a guest, says hello, and prints what the server sends: java Hello.java [host [port]]
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

public class Hello {
    public static void main(String[] args) throws IOException {
        String host = args.length > 0 ? args[0] : "127.0.0.1";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 12345;
        try (Socket socket = new Socket(host, port)) {
            // Without a charset, Java on Windows does not write UTF-8. What the server sends is ASCII.
            Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
            BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            out.write("{\"type\":\"message\",\"from\":\"java\",\"content\":\"Bonjour \u00e0 tous\",\"ref\":\"1\"}\n");
            out.flush();
            for (String line; (line = in.readLine()) != null;) System.out.println(line);
        }
    }
}
