// Le client dans une fenêtre (Swing). Le réseau et le protocole sont dans Client.java.
// The client in a window (Swing). The network and the protocol are in Client.java.
//     javac -encoding UTF-8 *.java
//     java Fenetre [HOST [PORT]]
import java.awt.*;
import java.awt.event.*;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import javax.swing.*;

/**
 * Swing n'a qu'un fil, l'EDT : tout ce qui touche à la fenêtre y passe (invokeLater), et rien n'y attend le réseau,
 * sinon la fenêtre se fige. / Swing has one thread, the EDT: everything about the window runs there (invokeLater), and
 * nothing waits for the network there, or the window freezes.
 */
public final class Fenetre implements Client.Screen {
    private static final int MAX_SHOWN = 500_000; // caractères / characters

    private final JFrame frame = new JFrame("ClassCord");
    private final CardLayout cards = new CardLayout();
    private final JPanel pages = new JPanel(cards);
    private final JTextField name = new JTextField(20);
    private final JPasswordField password = new JPasswordField(20);
    private final JCheckBox isNewAccount = new JCheckBox("Nouveau compte");
    private final JButton enter = new JButton("Entrer");
    private final JLabel problem = new JLabel(" ");
    private final JTextArea chat = new JTextArea(20, 50);
    private final DefaultListModel<String> users = new DefaultListModel<>();
    private final JList<String> list = new JList<>(users);
    private final JTextField line = new JTextField();
    private final JButton send = new JButton("Envoyer");
    private final Client client;

    private Fenetre(String[] args) {
        client = new Client(this, args);
        pages.add(loginPage(), "login");
        pages.add(chatPage(), "chat");
        frame.add(pages);
        frame.setDefaultCloseOperation(WindowConstants.DO_NOTHING_ON_CLOSE);
        frame.addWindowListener(new WindowAdapter() {
            @Override public void windowClosing(WindowEvent e) { quit(); }
        });
        frame.pack();
        frame.setLocationByPlatform(true);
        frame.setVisible(true);
        client.start();
    }

    private JPanel loginPage() {
        JPanel form = new JPanel(new GridBagLayout());
        GridBagConstraints at = new GridBagConstraints();
        at.gridx = 0;
        at.insets = new Insets(4, 4, 4, 4);
        at.anchor = GridBagConstraints.WEST;
        for (JComponent each : new JComponent[] {
            new JLabel("Nom :"), name, new JLabel("Mot de passe :"), password, isNewAccount, enter, problem,
        }) form.add(each, at);
        enter.addActionListener(e -> login());
        password.addActionListener(e -> login());
        name.addActionListener(e -> password.requestFocusInWindow());
        return form;
    }

    private JPanel chatPage() {
        chat.setEditable(false);
        chat.setLineWrap(true);
        chat.setWrapStyleWord(true);
        list.setPrototypeCellValue("un nom assez long");
        list.setToolTipText("Double-clic : message priv\u00e9");
        list.addMouseListener(new MouseAdapter() {
            @Override public void mouseClicked(MouseEvent e) {
                if (e.getClickCount() == 2 && list.getSelectedValue() != null) writeTo(list.getSelectedValue());
            }
        });
        line.addActionListener(e -> say()); // la touche Entrée / the Enter key
        send.addActionListener(e -> say());

        JPanel bottom = new JPanel(new BorderLayout(4, 4));
        bottom.add(line);
        bottom.add(send, BorderLayout.EAST);
        JPanel page = new JPanel(new BorderLayout(4, 4));
        page.setBorder(BorderFactory.createEmptyBorder(8, 8, 8, 8));
        page.add(buttons(), BorderLayout.NORTH);
        page.add(new JScrollPane(chat));
        page.add(new JScrollPane(list), BorderLayout.EAST);
        page.add(bottom, BorderLayout.SOUTH);
        return page;
    }

    /** Ce que la console fait avec des commandes. / What the console does with commands. */
    private JPanel buttons() {
        JPanel buttons = new JPanel(new FlowLayout(FlowLayout.LEADING, 4, 0));
        JButton join = new JButton("Rejoindre un salon\u2026"), older = new JButton("Historique");
        join.addActionListener(e -> {
            String channel = JOptionPane.showInputDialog(frame, "Quel salon ?", "#");
            if (channel != null && !channel.isBlank()) client.say("/join " + channel);
        });
        older.addActionListener(e -> client.say("/history"));
        buttons.add(join);
        buttons.add(older);
        return buttons;
    }

    // Dans l'EDT : ce que fait l'utilisateur. Client.say et login reviennent aussitôt.
    // In the EDT: what the user does. Client.say and login return at once.

    private void login() {
        if (name.getText().isBlank()) return;
        enter.setEnabled(false); // une demande à la fois / one request at a time
        problem.setText("Connexion\u2026");
        client.login(name.getText().strip(), new String(password.getPassword()), isNewAccount.isSelected());
    }

    private void say() {
        client.say(line.getText());
        line.setText("");
        line.requestFocusInWindow();
    }

    private void writeTo(String user) {
        line.setText("/msg " + (user.contains(" ") ? '"' + user + '"' : user) + " ");
        line.requestFocusInWindow();
    }

    private void quit() {
        frame.setVisible(false);
        client.quit().completeOnTimeout(false, 5, TimeUnit.SECONDS).thenRun(() -> System.exit(0));
    }

    // Hors de l'EDT : Client appelle ces méthodes depuis son propre fil.
    // Outside of the EDT: Client calls these methods in its own thread.

    @Override public void show(String text) {
        SwingUtilities.invokeLater(() -> {
            chat.append(text + "\n");
            int tooMuch = chat.getDocument().getLength() - MAX_SHOWN;
            if (tooMuch > 0) chat.replaceRange("", 0, tooMuch);
            chat.setCaretPosition(chat.getDocument().getLength()); // tout en bas / scroll to the end
            if (text.startsWith("!") || text.startsWith("*")) problem.setText(text);
        });
    }

    @Override public void online(Collection<String> names) {
        SwingUtilities.invokeLater(() -> {
            users.clear();
            users.addAll(names);
        });
    }

    @Override public void login(boolean ok) {
        SwingUtilities.invokeLater(() -> {
            enter.setEnabled(true);
            isNewAccount.setSelected(isNewAccount.isSelected() && !ok); // le compte existe maintenant / it exists now
            cards.show(pages, ok ? "chat" : "login");
            (ok ? line : password).requestFocusInWindow();
        });
    }

    @Override public void ended() {
        SwingUtilities.invokeLater(() -> {
            for (JComponent each : new JComponent[] { line, send, enter }) each.setEnabled(false);
        });
    }

    public static void main(String[] args) { SwingUtilities.invokeLater(() -> new Fenetre(args)); }
}
