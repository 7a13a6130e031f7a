// Runs Fenetre, prints what it shows, and watches that only the event dispatch thread uses Swing.
import java.awt.*;
import java.awt.event.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.*;
import javax.swing.*;

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
        OpenWindow window = OpenWindow.of(frame);
        window.echo(OUT);
        ExecutorService work = (ExecutorService) OpenWindow.read(window.field("client"), "work");
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

    /** Returns the name of the field of Fenetre that has the component. */
    private static String nameOf(Component component) {
        try {
            return OpenWindow.of(SwingUtilities.getWindowAncestor(component)).nameOf(component);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(OpenWindow window, String text) {
        try {
            ((JTextField) window.field("line")).setText(text);
            ((JButton) window.field("send")).doClick();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
