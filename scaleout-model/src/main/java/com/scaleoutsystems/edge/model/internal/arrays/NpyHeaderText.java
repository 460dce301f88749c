package com.scaleoutsystems.edge.model.internal.arrays;

import com.scaleoutsystems.edge.ModelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses the text of a {@code .npy} header: a Python dictionary literal with exactly the keys {@code descr},
 * {@code fortran_order} and {@code shape}. Nothing is evaluated.
 */
final class NpyHeaderText {
    private static final int MAX_DIMENSIONS = 64;

    private final String name;
    private final String text;
    private int at;

    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private @Nullable List<Long> shape;

    NpyHeaderText(String name, String text) {
        this.name = name;
        this.text = text;
        parse();
    }

    String descr() {
        return present(descr, "descr");
    }

    boolean fortranOrder() {
        return present(fortranOrder, "fortran_order");
    }

    List<Long> shape() {
        return present(shape, "shape");
    }

    private void parse() {
        expect('{');
        while (!accept('}')) {
            String key = string();
            expect(':');
            switch (key) {
                case "descr" -> descr = once(descr, key, string());
                case "fortran_order" -> fortranOrder = once(fortranOrder, key, bool());
                case "shape" -> shape = once(shape, key, tuple());
                default -> throw NamedArray.unreadable(name, "its header has the unknown key '" + key + "'");
            }
            if (!accept(',') && peek() != '}') {
                throw malformed();
            }
        }
        if (peek() != 0) {
            throw malformed();
        }
    }

    private String string() {
        char quote = peek();
        if (quote != '\'' && quote != '"') {
            throw malformed();
        }
        int end = text.indexOf(quote, at + 1);
        if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
            throw malformed();
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private boolean bool() {
        peek();
        for (boolean value : new boolean[] {false, true}) {
            String word = value ? "True" : "False";
            if (text.startsWith(word, at)) {
                at += word.length();
                return value;
            }
        }
        throw malformed();
    }

    private List<Long> tuple() {
        List<Long> values = new ArrayList<>();
        expect('(');
        while (!accept(')')) {
            values.add(number());
            // Python 2 wrote long integers with an L.
            accept('L');
            if (!accept(',') && (peek() != ')' || values.size() == 1)) {
                throw malformed();
            }
            if (values.size() > MAX_DIMENSIONS) {
                throw NamedArray.unreadable(name, "it has more than " + MAX_DIMENSIONS + " dimensions");
            }
        }
        return List.copyOf(values);
    }

    private long number() {
        peek();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (start == at) {
            throw NamedArray.unreadable(name, "a dimension of its shape is no number of 0 or more");
        }
        try {
            return Long.parseLong(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw NamedArray.unreadable(name, "the dimension " + text.substring(start, at) + " is too large");
        }
    }

    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean accept(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw malformed();
        }
    }

    private <T> T once(@Nullable T before, String key, T value) {
        if (before != null) {
            throw NamedArray.unreadable(name, "its header has the key '" + key + "' twice");
        }
        return value;
    }

    private <T> T present(@Nullable T value, String key) {
        if (value == null) {
            throw NamedArray.unreadable(name, "its header lacks the key '" + key + "'");
        }
        return value;
    }

    private ModelException malformed() {
        return NamedArray.unreadable(name, "its header is malformed at character " + at);
    }
}
