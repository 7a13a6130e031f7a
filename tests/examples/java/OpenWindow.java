// The open window of Fenetre, for the programs that use it like a person.
import java.awt.*;
import java.io.PrintStream;
import java.lang.reflect.Field;
import javax.swing.JTextArea;
import javax.swing.event.*;
import javax.swing.text.BadLocationException;

final class OpenWindow {
    private final Object fenetre;

    private OpenWindow(Object fenetre) { this.fenetre = fenetre; }

    /** Finds the Fenetre of a frame: its window listener is an inner class. */
    static OpenWindow of(Window frame) throws ReflectiveOperationException {
        return new OpenWindow(read(frame.getWindowListeners()[0], "this$0"));
    }

    /** Prints what the chat shows from now on. */
    void echo(PrintStream out) throws ReflectiveOperationException {
        ((JTextArea) field("chat")).getDocument().addDocumentListener(new Echo(out));
    }

    Object field(String name) throws ReflectiveOperationException { return read(fenetre, name); }

    /** Returns the name of the field that has the component. */
    String nameOf(Component component) throws ReflectiveOperationException {
        for (Field field : fenetre.getClass().getDeclaredFields()) {
            if (field(field.getName()) == component) return field.getName();
        }
        return "?";
    }

    static Object read(Object object, String name) throws ReflectiveOperationException {
        Field field = object.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
    }

    private record Echo(PrintStream out) implements DocumentListener {
        @Override public void insertUpdate(DocumentEvent event) {
            try {
                out.print(event.getDocument().getText(event.getOffset(), event.getLength()));
            } catch (BadLocationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override public void removeUpdate(DocumentEvent event) { }
        @Override public void changedUpdate(DocumentEvent event) { }
    }
}
