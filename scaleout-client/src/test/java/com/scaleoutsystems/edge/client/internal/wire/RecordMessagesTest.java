package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordExamples;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of record on its way to a combiner. */
class RecordMessagesTest {

    private final Sent sent = new Sent();

    static List<RecordBody> bodies() {
        return RecordExamples.all();
    }

    /** A channel that takes note of messages and has no connection. */
    private static final class Sent extends Channel {

        private final List<Message> messages = new ArrayList<>();

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new ClientCall<>() {
                private Listener<A> listener;

                @Override
                public void start(Listener<A> answers, Metadata headers) {
                    listener = answers;
                }

                @Override
                public void request(int count) {}

                @Override
                public void cancel(String message, Throwable cause) {}

                @Override
                public void halfClose() {
                    listener.onClose(Status.UNAVAILABLE, new Metadata());
                }

                @Override
                public void sendMessage(Q message) {
                    messages.add((Message) message);
                }
            };
        }

        @Override
        public String authority() {
            return "nowhere";
        }

        List<String> names() {
            return messages.stream()
                    .map(message -> message.getDescriptorForType().getName())
                    .toList();
        }
    }

    private ErrorCode failureOf(RecordBody body) {
        CallIdentity caller = new CallIdentity(new ClientIdentity("c", "c", "1.1.0"), Bearer.fixed(Optional.empty()));
        UnaryCalls<CombinerClientStub> calls =
                new UnaryCalls<>(CombinerClientGrpc.newStub(sent).withCallCredentials(caller), Duration.ofSeconds(30));
        try {
            RecordMessages.of(body.traits().kind())
                    .send(calls, "c", body)
                    .toCompletableFuture()
                    .join();
            throw new AssertionError("acknowledged without a connection");
        } catch (CompletionException failed) {
            return ((EdgeException) failed.getCause()).code();
        }
    }

    private WatchedStream.Breakable opened(RecordKind kind) {
        return RecordMessages.of(kind).open(CombinerClientGrpc.newStub(sent), "c", new RecordStream.Receiver() {
            @Override
            public void acknowledged(List<String> recordIds) {}

            @Override
            public void ended(EdgeException reason) {}
        });
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void eachKindTravelsAsItsMessage(RecordBody body) {
        RecordKind kind = body.traits().kind();
        if (body.traits().route().stream().isPresent()) {
            opened(kind).send("r-1", body);
        } else {
            assertThat(failureOf(body)).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThatThrownBy(() -> opened(kind)).hasMessageContaining("have no stream");
        }
        assertThat(sent.names()).containsExactly(kind.messageName());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void eachKindHasACallOrSaysThatThereIsNone(RecordBody body) {
        ErrorCode failure = failureOf(body);

        assertThat(failure).isEqualTo(sent.messages.isEmpty() ? ErrorCode.UNIMPLEMENTED : ErrorCode.UNAVAILABLE);
    }

    static List<RecordBody> nastyBodies() {
        return Stream.of("x", "\"", "\\", "\n", "\u0001", "\u007f", "\u00e9", "\u20ac", "\ud83d\ude00")
                .flatMap(text -> RecordExamples.with(text.repeat(10_000)).stream())
                .toList();
    }

    /** The client refuses by this size what no server would take. */
    @Test
    void noMessageIsLargerThanItsRecordSays() {
        int frame = 300;
        for (RecordBody body : nastyBodies()) {
            sent.messages.clear();
            RecordKind kind = body.traits().kind();
            if (body.traits().route().stream().isPresent()) {
                opened(kind).send("r-1", body);
            } else {
                failureOf(body);
            }

            assertThat(sent.messages)
                    .singleElement()
                    .satisfies(message -> assertThat(message.getSerializedSize())
                            .as("%s", kind)
                            .isLessThanOrEqualTo(body.size() + frame));
        }
    }
}
