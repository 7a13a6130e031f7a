// Runs Fenetre like a client for the console: lines of the input fill in its fields, and what it shows is printed.
import java.awt.*;
import java.awt.event.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.List;
import java.util.concurrent.*;
import javax.swing.*;

public class WindowConsole {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        CompletableFuture<JFrame> opened = new CompletableFuture<>();
        Toolkit.getDefaultToolkit().addAWTEventListener(event -> {
            if (event.getID() == WindowEvent.WINDOW_OPENED && event.getSource() instanceof JFrame frame) opened.complete(frame);
        }, AWTEvent.WINDOW_EVENT_MASK);
        Fenetre.main(args);
        OpenWindow window = OpenWindow.of(opened.get());
        window.echo(OUT);
        JButton enter = (JButton) window.field("enter");
        BlockingQueue<Object> answered = new LinkedBlockingQueue<>();
        enter.addPropertyChangeListener("enabled", event -> {
            if (enter.isEnabled()) answered.add(event);
        });
        JTextField line = (JTextField) window.field("line");
        List<String> answers = new ArrayList<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String typed; (typed = in.readLine()) != null;) {
            String text = typed;
            if (onScreen(line::isShowing)) {
                onScreen(() -> {
                    line.setText(text);
                    ((JButton) window.field("send")).doClick();
                    return null;
                });
                continue;
            }
            answers.add(text);
            if (answers.size() < 3) continue;
            onScreen(() -> {
                ((JTextField) window.field("name")).setText(answers.get(0));
                ((JPasswordField) window.field("password")).setText(answers.get(1));
                ((JCheckBox) window.field("isNewAccount")).setSelected(answers.get(2).equals("o"));
                enter.doClick();
                return null;
            });
            // The next lines belong to the page that the answer of the server opens.
            answered.take();
            answers.clear();
        }
    }

    /** Runs a task in the event dispatch thread, and waits for its result. */
    private static <T> T onScreen(Callable<T> task) throws Exception {
        FutureTask<T> result = new FutureTask<>(task);
        SwingUtilities.invokeAndWait(result);
        return result.get();
    }
}
