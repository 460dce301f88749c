package com.scaleoutsystems.edge.client.internal.check;

import com.scaleoutsystems.edge.internal.OneLine;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a text that a server sent fit for log lines, exceptions, outcomes and listeners. The text may quote the client's token, hold
 * a web page or a dump of the library, or try to look like a log line of its own.
 */
public final class ServerText {

    private static final String LEFT_OUT = "…";

    /** No word of a server is longer in an exception or an outcome. */
    private static final int LONGEST = 300;

    /** Nor is an argument of a log line: an id may be of any length. */
    private static final int LONGEST_ARGUMENT = 2_000;

    /** What lies behind it is not looked at. It must exceed the other limits, so that a token cut here is not shown. */
    private static final int MOST_EXAMINED = 4_096;

    /** What may be a JSON Web Token, or a part of one. */
    private static final Pattern WORD = Pattern.compile("[\\w.-]{11,}+");

    /** How the parts of a JSON Web Token begin: with a brace and a quotation mark, in Base64. */
    private static final String BEGINNING_OF_CLAIMS = "eyJ";

    private static final Pattern BEARER = Pattern.compile("(?<=\\b[Bb]earer )(?=\\S*\\d)\\S{8,}+");

    private static final Pattern PAGE =
            Pattern.compile("<(?:!doctype|html|head|title|body|script)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern TITLE = Pattern.compile("<title>([^<]*+)<", Pattern.CASE_INSENSITIVE);

    /** Where gRPC begins to print what it got, after it has said what is wrong. */
    private static final List<String> BEGINNINGS_OF_DUMPS =
            List.of("Channel Pipeline: [", "headers: Metadata(", "DATA-----");

    private ServerText() {}

    /** The text as one short line without tokens and pages; empty if there is none. */
    public static String of(@Nullable String text) {
        return of(text, List.of());
    }

    /**
     * The text as one short line without tokens and pages; empty if there is none.
     *
     * @param secrets what the server knows and must not be quoted, such as an opaque token
     */
    public static String of(@Nullable String text, Collection<String> secrets) {
        if (text == null) {
            return "";
        }
        String said = withoutPage(withoutDump(without(secrets, head(text, MOST_EXAMINED, ""))));
        return head(oneLine(said).replaceAll(" {2,}", " ").strip(), LONGEST, LEFT_OUT);
    }

    /** A text of any origin on one line, without tokens. Unlike {@link #of(String)} it leaves all else as it is. */
    public static String oneLine(String text) {
        String line = BEARER.matcher(OneLine.of(text)).replaceAll(LEFT_OUT);
        return WORD.matcher(line)
                .replaceAll(word -> isToken(word.group()) ? LEFT_OUT : Matcher.quoteReplacement(word.group()));
    }

    private static boolean isToken(String word) {
        return word.startsWith(BEGINNING_OF_CLAIMS) || word.contains("." + BEGINNING_OF_CLAIMS);
    }

    /** A text of any origin as the argument of a log line: on one line, without tokens, and cut if it is very long. */
    public static String argument(String text) {
        return head(oneLine(head(text, MOST_EXAMINED, "")), LONGEST_ARGUMENT, LEFT_OUT);
    }

    private static String without(Collection<String> secrets, String text) {
        String rest = text;
        List<String> longestFirst = secrets.stream()
                .filter(secret -> !secret.isBlank())
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        for (String secret : longestFirst) {
            rest = rest.replace(secret, LEFT_OUT);
        }
        return rest;
    }

    private static String withoutDump(String text) {
        int end = text.length();
        for (String beginning : BEGINNINGS_OF_DUMPS) {
            int at = text.indexOf(beginning);
            end = at < 0 ? end : Math.min(end, at);
        }
        return text.substring(0, end);
    }

    /** A page in the middle of a text becomes its title: the words before it say what it was the answer to. */
    private static String withoutPage(String text) {
        Matcher page = PAGE.matcher(text);
        if (!page.find()) {
            return text;
        }
        Matcher title = TITLE.matcher(text);
        return text.substring(0, page.start())
                + (title.find() ? "a web page (" + title.group(1).strip() + ")" : "a web page");
    }

    private static String head(String text, int length, String mark) {
        if (text.length() <= length) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end) + mark;
    }
}
