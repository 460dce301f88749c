package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.Vectors;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
                String ours = ApiUrl.of(URI.create(base))
                        .newBuilder()
                        .addPathSegments("api/v1/clients/add")
                        .build()
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
