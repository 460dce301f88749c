package com.scaleoutsystems.edge.client.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The configurations that docs/proxies.md shows. */
final class ProxiesPage {

    static final Path PAGE = Path.of("../docs/proxies.md");

    /** Where the page's proxy listens, what its server and its certificate are called, and what is behind it. */
    static final String HOST = "edge.example.org";

    static final String CERTIFICATES = "/etc/ssl/edge";
    static final String API = "127.0.0.1:8092";
    static final String COMBINER = "127.0.0.1:12080";

    /** How long the page's proxies leave a stream idle. */
    static final String IDLE_TIME = "10m";

    private static final Pattern CODE = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```");

    private ProxiesPage() {}

    /** The code blocks below a heading of the second level, in order. */
    static List<String> blocks(String heading) {
        String below =
                text().split("(?m)^## " + Pattern.quote(heading) + "$", 2)[1].split("(?m)^## ", 2)[0];
        return CODE.matcher(below)
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    /** Replaces what must be there. */
    static String replace(String text, String shown, String used) {
        assertThat(text).as("docs/proxies.md").contains(shown);
        return text.replace(shown, used);
    }

    static String text() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
