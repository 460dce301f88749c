package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.LimitException;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses of the combiners, of which one is there at a time, and what lies between them and the client. */
final class WorldNetwork {

    /** The calls to a combiner. */
    enum Call {
        ANNOUNCE,
        POLL,
        DOWNLOAD,
        UPLOAD,
        SEND,
        HEARTBEAT,
        BACKLOG,
        STREAM;

        boolean isTransfer() {
            return this == DOWNLOAD || this == UPLOAD;
        }
    }

    private final SimulatedDay day;

    /** Transports that are not closed. */
    private final List<WorldTransport> open = new ArrayList<>();

    private int port = 1;

    WorldNetwork(SimulatedDay day) {
        this.day = day;
    }

    /** Where the API sends clients. */
    GrpcConnectionOptions assigned() {
        return GrpcConnectionOptions.of("combiner", port);
    }

    /** The combiner is gone for good, and its successor will be somewhere else. */
    void move() {
        port++;
        breakStreams(away());
    }

    /** Whether something answers at an address. */
    boolean answers(String address) {
        return !day.isOn(Fault.Kind.AWAY)
                && !day.isOn(Fault.Kind.MOVE)
                && address.equals(assigned().address());
    }

    boolean isSilent() {
        return day.isOn(Fault.Kind.SILENT);
    }

    void opened(WorldTransport transport) {
        open.add(transport);
    }

    void closed(WorldTransport transport) {
        open.remove(transport);
    }

    int openTransports() {
        return open.size();
    }

    /** All streams break. */
    void breakStreams(EdgeException reason) {
        List.copyOf(open).forEach(transport -> transport.breakStreams(reason));
    }

    /** The process of the transports is gone. */
    void processEnded() {
        open.clear();
    }

    /** How a call is refused now, if it is. */
    @Nullable
    EdgeException refusal(Call call) {
        if (!day.isOn(Fault.Kind.REFUSE)) {
            return null;
        }
        int parameter = day.parameter(Fault.Kind.REFUSE) - 1;
        int which = parameter % 9;
        boolean meant = which == 8 || Call.values()[which] == call;
        int share = 25 * (1 + parameter / 9 % 4);
        return meant && day.chance(share) ? error(parameter / 36 % 10) : null;
    }

    /** One of the failures of calls that may pass. */
    static EdgeException error(int number) {
        return switch (number) {
            case 0 -> LimitException.rate("too many calls", null);
            case 1 -> new EdgeException(ErrorCode.DEADLINE_EXCEEDED, "too late, says a proxy", null, true, 1);
            case 2 -> new EdgeException(ErrorCode.INTERNAL, "a fault of the server", null, true, 1);
            case 3 -> new EdgeException(ErrorCode.UNKNOWN, "nobody knows", null, true, 1);
            case 4 -> new EdgeException(ErrorCode.CANCELLED, "cancelled by the server", null, true, 1);
            case 5 -> new EdgeException(ErrorCode.FAILED_PRECONDITION, "not now", null, true, 1);
            case 6 -> new EdgeException(ErrorCode.UNAUTHENTICATED, "who are you", null, true, 1);
            default -> new EdgeException(ErrorCode.UNAVAILABLE, "not available", null, true, 1);
        };
    }

    static EdgeException away() {
        return new EdgeException(ErrorCode.UNAVAILABLE, "connection refused", null, true, 1);
    }

    static EdgeException broke() {
        return new EdgeException(ErrorCode.UNAVAILABLE, "the connection broke", null, true, 1);
    }
}
