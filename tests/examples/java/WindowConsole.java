// Runs Fenetre like a client for the console: lines of the input fill in its fields, and what it shows is printed.
import java.awt.*;
import java.awt.event.*;
import java.io.*;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.List;
import java.util.concurrent.*;
import javax.swing.*;
import javax.swing.event.*;
import javax.swing.text.*;

public class WindowConsole {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        CompletableFuture<JFrame> opened = new CompletableFuture<>();
        Toolkit.getDefaultToolkit().addAWTEventListener(event -> {
            if (event.getID() == WindowEvent.WINDOW_OPENED && event.getSource() instanceof JFrame frame) opened.complete(frame);
        }, AWTEvent.WINDOW_EVENT_MASK);
        Fenetre.main(args);
        Object window = field(opened.get().getWindowListeners()[0], "this$0");
        ((JTextArea) field(window, "chat")).getDocument().addDocumentListener(new Echo());
        JButton enter = (JButton) field(window, "enter");
        BlockingQueue<Object> answered = new LinkedBlockingQueue<>();
        enter.addPropertyChangeListener("enabled", event -> {
            if (enter.isEnabled()) answered.add(event);
        });
        JTextField line = (JTextField) field(window, "line");
        List<String> answers = new ArrayList<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String typed; (typed = in.readLine()) != null;) {
            String text = typed;
            if (onScreen(line::isShowing)) {
                onScreen(() -> {
                    line.setText(text);
                    ((JButton) field(window, "send")).doClick();
                    return null;
                });
                continue;
            }
            answers.add(text);
            if (answers.size() < 3) continue;
            onScreen(() -> {
                ((JTextField) field(window, "name")).setText(answers.get(0));
                ((JPasswordField) field(window, "password")).setText(answers.get(1));
                ((JCheckBox) field(window, "isNewAccount")).setSelected(answers.get(2).equals("o"));
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

    private static Object field(Object object, String name) throws ReflectiveOperationException {
        Field field = object.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
    }

    /** Prints what is appended. */
    private static final class Echo implements DocumentListener {
        @Override public void insertUpdate(DocumentEvent event) {
            try {
                OUT.print(event.getDocument().getText(event.getOffset(), event.getLength()));
            } catch (BadLocationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override public void removeUpdate(DocumentEvent event) { }
        @Override public void changedUpdate(DocumentEvent event) { }
    }
}
