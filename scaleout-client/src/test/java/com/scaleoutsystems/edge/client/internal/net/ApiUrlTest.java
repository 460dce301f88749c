package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.Vectors;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiUrlTest {

    /** Where the reference client goes wrong, or takes what hides a mistake. */
    private static final Set<String> REFUSED = Set.of("https://user:pw@h:1/x", "https://h?x=1#f", "", "http://");

    private static final Map<String, String> BETTER = Map.of(
            // The reference loses the brackets, and takes this machine for another one.
            "[::1]:8092", "http://[::1]:8092",
            // The reference keeps the blanks.
            " https://h ", "https://h",
            "å.example", "https://xn--5ca.example",
            "HTTPS://Edge.Example.COM/X", "https://edge.example.com/X");

    @Test
    void urlsAreCompletedAsTheReferenceCompletesThem() {
        List<String> checked = new ArrayList<>();
        for (JsonNode row : Vectors.part("urls/urls", "bases")) {
            String input = row.get("input").asText();
            JsonNode expected = row.get("cli_api_url");
            if (!expected.path("outcome").asText().equals("ok") || REFUSED.contains(input)) {
                assertThatThrownBy(() -> ApiUrl.parse(input))
                        .as(input)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("the API URL")
                        .hasMessageNotContaining("pw@");
            } else {
                String url = BETTER.getOrDefault(input, expected.get("value").asText());
                assertThat(withoutWhatIsImplied(ApiUrl.parse(input).toString()))
                        .as(input)
                        .isEqualTo(withoutWhatIsImplied(url));
            }
            checked.add(input);
        }
        assertThat(checked).hasSizeGreaterThan(20).containsAll(REFUSED).containsAll(BETTER.keySet());
    }

    @Test
    void endpointsLieUnderThePathOfTheUrl() {
        int checked = 0;
        for (JsonNode row : Vectors.part("urls/urls", "bases")) {
            for (JsonNode prefixed : row.get("by_prefix")) {
                String base = prefixed.get("base").asText();
                String input = row.get("input").asText();
                if (!base.matches("https?://[^/?@]+.*")
                        || REFUSED.contains(input)
                        || !row.path("cli_api_url").path("outcome").asText().equals("ok")) {
                    continue;
                }
                String ours = ApiUrl.endpoint(ApiUrl.of(URI.create(base)), "api/v1/clients/add")
                        .toString();
                // The reference leaves empty segments where slashes meet; servers treat them as they like.
                String reference = prefixed.get("clients_add").asText().replaceAll("(?<!:)/{2,}", "/");
                assertThat(ours)
                        .as("%s with prefix %s", input, prefixed.get("prefix"))
                        .isEqualTo(reference);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(30);
    }

    @Test
    void endpointsAreJoinedWithoutEmptySegments() {
        int checked = 0;
        for (JsonNode row : Vectors.part("urls/urls", "assemble_endpoint_url")) {
            List<String> parts = new ArrayList<>();
            row.get("parts").forEach(part -> parts.add(part.asText()));
            if (parts.isEmpty() || !parts.get(0).contains("://")) {
                String base = String.join("", parts);
                assertThatThrownBy(() -> ApiUrl.of(URI.create(base))).isInstanceOf(IllegalArgumentException.class);
            } else {
                HttpUrl ours = ApiUrl.of(URI.create(parts.get(0)));
                for (String part : parts.subList(1, parts.size())) {
                    ours = ApiUrl.of(ApiUrl.endpoint(ours, part).uri());
                }
                // Ours carry no query. The reference keeps empty segments of the first part.
                String reference = row.at("/result/value")
                        .asText()
                        .replaceFirst("\\?.*", "")
                        .replaceAll("(?<!:)/{2,}", "/");
                assertThat(withoutWhatIsImplied(ours.toString())).isEqualTo(withoutWhatIsImplied(reference));
            }
            checked++;
        }
        assertThat(checked).isEqualTo(9);
    }

    @Test
    void urlsThatTheReferenceBuildsAreTakenApartAgain() {
        int built = 0;
        int refused = 0;
        for (JsonNode row : Vectors.part("urls/urls", "build_url")) {
            JsonNode given = row.get("args");
            String url = row.at("/result/value").asText("");
            if (url.isEmpty()) {
                assertThatThrownBy(() -> ApiUrl.parse(url)).isInstanceOf(IllegalArgumentException.class);
                refused++;
                continue;
            }
            HttpUrl ours = ApiUrl.of(ApiUrl.parse(url));
            // Without a scheme the reference takes http, without a word; that is for this machine alone here.
            String scheme =
                    given.get(0).asText("").isEmpty() ? "https" : given.get(0).asText();
            int port = given.get(2).asInt() == 0
                    ? HttpUrl.defaultPort(scheme)
                    : given.get(2).asInt();
            String path = given.get(3).isNull() ? "" : given.get(3).asText();
            assertThat(List.of(ours.scheme(), ours.host(), ours.port(), withoutWhatIsImplied(ours.encodedPath())))
                    .as(url)
                    .isEqualTo(List.of(
                            scheme,
                            given.get(1).asText(),
                            port,
                            withoutWhatIsImplied(("/" + path).replaceAll("/{2,}", "/"))));
            built++;
        }
        assertThat(List.of(built, refused)).isEqualTo(List.of(5, 2));
    }

    /** The reference makes a file name of its whole URL to tell the logins of several APIs apart. */
    @Test
    void apisThatTheReferenceTellsApartHaveFoldersOfTheirOwn() {
        Set<String> folders = new HashSet<>();
        int refused = 0;
        Map<String, Object> names = Vectors.map(Vectors.part("jwt/tokens", "cache_ids"));
        for (String url : names.keySet()) {
            if (url.contains("?")) {
                assertThatThrownBy(() -> ApiUrl.parse(url)).hasMessageContaining("without ? and #");
                refused++;
            } else {
                String folder = ApiUrl.folder(ApiUrl.parse(url));
                assertThat(folder).matches("[a-z0-9._-]+");
                folders.add(folder);
            }
        }
        assertThat(folders.size() + refused).isEqualTo(new HashSet<>(names.values()).size());
        assertThat(refused).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://h/?token=s3cret",
                "https://h/#s3cret",
                "https://user:s3cret@h",
                "https://user:s3/cret@h",
                "https://user:s3cret@h:port/?token=s3cret"
            })
    void aWrongUrlIsRefusedWithoutTheSecretsInIt(String url) {
        assertThatThrownBy(() -> ApiUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the API URL ")
                .hasMessageNotContainingAny("s3cret", "s3/cret");
    }

    private static String withoutWhatIsImplied(String url) {
        return url.replaceAll("/+$", "").replaceFirst("^(https://[^/]*):443(?=/|$)", "$1");
    }
}
