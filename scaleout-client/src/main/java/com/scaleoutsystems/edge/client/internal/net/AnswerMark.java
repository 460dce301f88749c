package com.scaleoutsystems.edge.client.internal.net;

import io.grpc.ChannelCredentials;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A mark in the metadata of each answer. It says whether the answer has a status of gRPC, and what its HTTP status is. The gRPC library
 * removes both before a call sees the metadata. Where an answer has no status of gRPC, the library makes one up, which looks like the
 * combiner's.
 */
public final class AnswerMark {

    private static final String NAME = "scaleout-answer";
    private static final Metadata.Key<String> KEY = Metadata.Key.of(NAME, Metadata.ASCII_STRING_MARSHALLER);
    private static final AsciiString HEADER = AsciiString.of(NAME);

    private static final AsciiString CONTENT_TYPE = AsciiString.of("content-type");
    private static final AsciiString GRPC_STATUS = AsciiString.of("grpc-status");
    private static final String GRPC_TYPE = "application/grpc";

    /** The mark of an answer with a status of gRPC. */
    private static final AsciiString GRPC = AsciiString.of("grpc");

    /** The mark of trailers without a status of gRPC; trailers have no HTTP status. */
    private static final AsciiString NO_STATUS = AsciiString.of("0");

    private AnswerMark() {}

    /** Whether the metadata at the end of a call came with a status of gRPC. */
    public static boolean isGrpc(Metadata metadata) {
        return GRPC.contentEquals(text(metadata));
    }

    /**
     * The HTTP status of an answer without a status of gRPC.
     *
     * @return 0 if metadata came without an HTTP status; empty if the metadata came from no answer
     */
    public static OptionalInt httpStatus(Metadata metadata) {
        String mark = text(metadata);
        return mark.matches("\\d{1,3}") ? OptionalInt.of(Integer.parseInt(mark)) : OptionalInt.empty();
    }

    private static String text(Metadata metadata) {
        String mark = metadata.get(KEY);
        return mark == null ? "" : mark;
    }

    /**
     * These credentials, on whose connections each answer is marked.
     *
     * @param more what else to do with a connection before it is used
     */
    static ChannelCredentials on(ChannelCredentials credentials, Consumer<GrpcHttp2ConnectionHandler> more) {
        InternalProtocolNegotiator.ClientFactory plain = InternalNettyChannelCredentials.toNegotiator(credentials);
        return InternalNettyChannelCredentials.create(new InternalProtocolNegotiator.ClientFactory() {
            @Override
            public InternalProtocolNegotiator.ProtocolNegotiator newNegotiator() {
                return new Marking(plain.newNegotiator(), more);
            }

            @Override
            public int getDefaultPort() {
                return plain.getDefaultPort();
            }
        });
    }

    private record Marking(
            InternalProtocolNegotiator.ProtocolNegotiator plain, Consumer<GrpcHttp2ConnectionHandler> more)
            implements InternalProtocolNegotiator.ProtocolNegotiator {

        @Override
        public AsciiString scheme() {
            return plain.scheme();
        }

        @Override
        public ChannelHandler newHandler(GrpcHttp2ConnectionHandler connection) {
            ReadHeaders.change(connection, (stream, headers) -> mark(headers));
            more.accept(connection);
            return plain.newHandler(connection);
        }

        @Override
        public void close() {
            plain.close();
        }
    }

    private static void mark(Http2Headers headers) {
        CharSequence status = headers.status();
        AsciiString other = status == null ? NO_STATUS : AsciiString.of(status);
        headers.set(HEADER, isGrpc(headers) && headers.contains(GRPC_STATUS) ? GRPC : other);
    }

    /** Trailers have neither an HTTP status nor a content type. */
    private static boolean isGrpc(Http2Headers headers) {
        String type = String.valueOf(headers.get(CONTENT_TYPE)).toLowerCase(Locale.ROOT);
        return headers.status() == null
                || type.equals(GRPC_TYPE)
                || type.startsWith(GRPC_TYPE + "+")
                || type.startsWith(GRPC_TYPE + ";");
    }
}
