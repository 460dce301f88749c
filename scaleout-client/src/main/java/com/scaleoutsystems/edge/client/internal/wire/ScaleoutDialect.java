package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Polled;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.Heartbeat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A dialect whose messages are those of the package {@code scaleout}: what its releases have in common, and what they differ in. */
abstract class ScaleoutDialect implements Dialect {

    /** Polls once. */
    abstract CompletionStage<Polled> poll(PollCalls calls, Poll poll);

    /** Whether the combiner gets a call for this poll. */
    abstract boolean hasCallFor(Poll poll);

    /** Whether models travel in their containers, rather than as what they were trained to. */
    abstract boolean takesContainers();

    /** Whether records of this kind travel on a stream, if there is a stream for the kind. */
    abstract boolean streams(RecordKind kind);

    /**
     * The message that says that the client lives.
     *
     * @param interval when to expect the next one
     * @param load how busy the machine is
     */
    abstract Heartbeat heartbeat(String clientId, Duration interval, Supplier<NodeLoad> load);

    /** The message that says how much is still to be sent, if there is one. */
    abstract Optional<BacklogReport> backlogReport(
            String clientId, long waiting, long dropped, Optional<Duration> oldestAge);

    @Override
    public final Map<String, @Nullable Object> assignmentRequest(
            ClientIdentity client, Optional<String> preferredCombiner) {
        Map<String, @Nullable Object> request = new LinkedHashMap<>();
        request.put("name", client.name());
        request.put("client_id", client.clientId());
        request.put("preferred_combiner", preferredCombiner.orElse(null));
        request.put("package", "local");
        request.put("client_version", client.version());
        return request;
    }

    @Override
    public final GrpcConnectionOptions combiner(Map<String, @Nullable Object> assignment) {
        return address(assignment)
                .withComputePackage(Json.text(assignment, "package"))
                .withHelperType(Json.text(assignment, "helper_type"))
                .withTls(tls(assignment.get("grpc_secure")));
    }

    private static GrpcConnectionOptions address(Map<String, @Nullable Object> assignment) {
        String host = Json.text(assignment, "public_hostname");
        String internal = Json.text(assignment, "internal_hostname");
        int port = port(assignment.get("port"));
        return host.isBlank()
                ? GrpcConnectionOptions.ofInternal(internal, port)
                : GrpcConnectionOptions.of(host, port).withInternalHostname(internal);
    }

    private static TlsMode tls(@Nullable Object secure) {
        if (secure instanceof Boolean said) {
            return said ? TlsMode.TLS : TlsMode.PLAINTEXT;
        }
        return TlsMode.UNSPECIFIED;
    }

    private static int port(@Nullable Object port) {
        if (port instanceof Number number) {
            return number.intValue();
        }
        return port instanceof String text && text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    }
}
