// Runs Fenetre, prints what it shows, and watches that only the event dispatch thread uses Swing.
import java.awt.*;
import java.awt.event.*;
import java.io.*;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.*;
import javax.swing.*;
import javax.swing.event.*;
import javax.swing.text.*;

public class WindowProbe {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Every change of a component ends here, in the thread that made it. */
    private static final class Guard extends RepaintManager {
        @Override public void addInvalidComponent(JComponent component) {
            check();
            super.addInvalidComponent(component);
        }

        @Override public void addDirtyRegion(JComponent component, int x, int y, int width, int height) {
            check();
            super.addDirtyRegion(component, x, y, width, height);
        }

        private static void check() {
            if (!SwingUtilities.isEventDispatchThread()) OUT.println("outside of the EDT: " + Thread.currentThread());
        }
    }

    public static void main(String[] args) throws Exception {
        RepaintManager.setCurrentManager(new Guard());
        CompletableFuture<JFrame> opened = new CompletableFuture<>();
        Toolkit.getDefaultToolkit().addAWTEventListener(event -> {
            if (event.getID() == FocusEvent.FOCUS_GAINED) OUT.println("focus " + nameOf((Component) event.getSource()));
            if (event.getID() == WindowEvent.WINDOW_OPENED && event.getSource() instanceof JFrame frame) opened.complete(frame);
        }, AWTEvent.WINDOW_EVENT_MASK | AWTEvent.FOCUS_EVENT_MASK);
        Fenetre.main(args);
        JFrame frame = opened.get();
        Object window = windowOf(frame);
        ((JTextArea) field(window, "chat")).getDocument().addDocumentListener(new Echo());
        ExecutorService work = (ExecutorService) field(field(window, "client"), "work");
        CountDownLatch latch = new CountDownLatch(1);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command; (command = in.readLine()) != null;) {
            String[] words = command.split(" ", 2);
            switch (words[0]) {
                case "hold" -> work.submit(() -> latch.await(20, TimeUnit.SECONDS)); // the network hangs
                case "release" -> latch.countDown();
                case "say" -> SwingUtilities.invokeAndWait(() -> say(window, words[1]));
                case "close" -> frame.dispatchEvent(new WindowEvent(frame, WindowEvent.WINDOW_CLOSING));
                default -> throw new IllegalArgumentException(command);
            }
            OUT.println("done " + command);
        }
    }

    /** Returns the Fenetre of a frame: its window listener is an inner class. */
    private static Object windowOf(Window frame) throws ReflectiveOperationException {
        return field(frame.getWindowListeners()[0], "this$0");
    }

    /** Returns the name of the field of Fenetre that has the component. */
    private static String nameOf(Component component) {
        try {
            Object window = windowOf(SwingUtilities.getWindowAncestor(component));
            for (Field field : window.getClass().getDeclaredFields()) {
                if (field(window, field.getName()) == component) return field.getName();
            }
            return "?";
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(Object window, String text) {
        try {
            ((JTextField) field(window, "line")).setText(text);
            ((JButton) field(window, "send")).doClick();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
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
