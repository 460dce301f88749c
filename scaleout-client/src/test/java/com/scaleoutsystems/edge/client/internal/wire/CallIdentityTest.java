package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallIdentityTest {

    @ParameterizedTest
    @CsvSource({
        "edge-client-07, edge-client-07",
        "Åsa, %C3%85sa",
        "100%, 100%25",
        "two words, two words",
        "\uD83D\uDE00, %F0%9F%98%80"
    })
    void namesOutsideAsciiArePercentEncoded(String name, String metadata) {
        assertThat(CallIdentity.printable(name)).isEqualTo(metadata);
    }

    @Test
    void controlCharactersArePercentEncoded() {
        assertThat(CallIdentity.printable("a\nb\tc")).isEqualTo("a%0Ab%09c");
    }

    /** gRPC would log the bytes of such a header. */
    @ParameterizedTest
    @ValueSource(strings = {"SEC\nRET", "SECR\u00c9T", "SEC RET"})
    void aTokenThatNoHeaderCanHoldIsNotGivenToGrpc(String token) {
        CompletableFuture<Metadata> sent =
                signed(new CallIdentity(new ClientIdentity("c", "n", "1.1.0"), Bearer.fixed(Optional.of(token))));

        assertThat(sent)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("characters that no token has")
                .withMessageNotContaining("SEC");
    }

    private static CompletableFuture<Metadata> signed(CallIdentity caller) {
        CompletableFuture<Metadata> sent = new CompletableFuture<>();
        caller.applyRequestMetadata(null, Runnable::run, new CallCredentials.MetadataApplier() {
            @Override
            public void apply(Metadata headers) {
                sent.complete(headers);
            }

            @Override
            public void fail(Status status) {
                sent.completeExceptionally(status.asException());
            }
        });
        return sent;
    }

    static Stream<JsonNode> callers() {
        return StreamSupport.stream(
                        Vectors.part("grpc/transcripts", "identity_metadata").spliterator(), false)
                // Every client of this SDK has an id.
                .filter(row -> row.get("client_id").isTextual());
    }

    @ParameterizedTest
    @MethodSource("callers")
    void callsAreSignedAsTheReferenceSignsThem(JsonNode row) {
        String name = row.get("name").asText("");
        CallIdentity caller = new CallIdentity(
                new ClientIdentity(row.get("client_id").asText(), name, "1.1.0"), Bearer.fixed(Optional.of("tok")));
        CompletableFuture<Metadata> sent = signed(caller);

        Map<String, String> signed = new TreeMap<>();
        sent.join().keys().forEach(key -> signed.put(key, sent.join().get(CallIdentity.key(key))));
        JsonNode expected = row.get("metadata_seen");
        if (expected.isNull()) {
            // The reference cannot call at all under such a name.
            assertThat(signed).containsEntry("name", CallIdentity.printable(name));
            assertThat(name).isNotEqualTo(CallIdentity.printable(name));
        } else {
            assertThat(signed).isEqualTo(new TreeMap<>(Vectors.map(expected)));
        }
    }
}
