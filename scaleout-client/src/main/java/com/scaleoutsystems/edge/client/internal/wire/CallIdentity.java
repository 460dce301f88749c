package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.check.TokenText;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Puts the metadata on every call that tells who calls: client, client-id, name, and authorization if there is a token. */
final class CallIdentity extends CallCredentials {

    static final Metadata.Key<String> AUTHORIZATION = key("authorization");
    private static final Metadata.Key<String> CLIENT = key("client");
    private static final Metadata.Key<String> CLIENT_ID = key("client-id");
    private static final Metadata.Key<String> NAME = key("name");

    private final ClientIdentity identity;
    private final Bearer bearer;
    private volatile Optional<String> lastShown = Optional.empty();

    /** The token that was shown before that one: calls that began with it may still end. */
    private volatile Optional<String> shownBefore = Optional.empty();

    CallIdentity(ClientIdentity identity, Bearer bearer) {
        this.identity = identity;
        this.bearer = bearer;
    }

    static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor threads, MetadataApplier applier) {
        var unused = bearer.token().whenComplete((token, error) -> {
            if (error != null) {
                applier.fail(Status.UNAUTHENTICATED
                        .withDescription("no access token: " + Failures.describe(Stages.cause(error)))
                        .withCause(Stages.cause(error)));
                return;
            }
            Optional<String> usable = token.flatMap(TokenText::usable);
            if (usable.isEmpty() && token.isPresent()) {
                // gRPC would log it, and call without it.
                EdgeException fault =
                        new EdgeException(ErrorCode.INVALID_ARGUMENT, "the access token " + TokenText.FAULT);
                applier.fail(Status.UNAUTHENTICATED
                        .withDescription(fault.getMessage())
                        .withCause(fault));
                return;
            }
            Metadata metadata = new Metadata();
            metadata.put(CLIENT, printable(identity.clientId()));
            metadata.put(CLIENT_ID, printable(identity.clientId()));
            metadata.put(NAME, printable(identity.name()));
            remember(usable);
            usable.ifPresent(text -> metadata.put(AUTHORIZATION, "Bearer " + text));
            applier.apply(metadata);
        });
    }

    private synchronized void remember(Optional<String> token) {
        if (!token.equals(lastShown)) {
            shownBefore = lastShown;
            lastShown = token;
        }
    }

    /** What the combiner says, fit to be shown. */
    String said(String text) {
        return ServerText.of(
                text,
                Stream.of(lastShown, shownBefore).flatMap(Optional::stream).toList());
    }

    /** The combiner refused a call for its token: the next one should show another. */
    void refused() {
        lastShown.ifPresent(bearer::refused);
    }

    /** Whether the token that was refused was all that the client has. */
    boolean hasNoOtherToken() {
        return lastShown.isPresent() && !bearer.isRenewed();
    }

    /** How many bytes the token has that was shown last. */
    int shownBytes() {
        return lastShown.map(String::length).orElse(0);
    }

    /** Metadata holds printable ASCII only: all else, and the percent sign, is percent-encoded as UTF-8. */
    static String printable(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= 0x20 && octet < 0x7f && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(String.format("%02X", octet & 0xff));
            }
        }
        return encoded.toString();
    }
}
