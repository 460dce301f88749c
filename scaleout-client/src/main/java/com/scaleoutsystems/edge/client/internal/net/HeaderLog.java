package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.client.internal.core.Loggers;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import org.slf4j.Logger;

/** gRPC's own log of what it sends, which shows the client's token. */
final class HeaderLog {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    /** It writes the headers of each call at DEBUG, to whichever logging library Netty has found. */
    private static final String WRITER = "io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler";

    private HeaderLog() {}

    /** Warns the host if tokens will be in its log. */
    static void warnIfOn() {
        if (InternalLoggerFactory.getInstance(WRITER).isDebugEnabled()) {
            LOG.warn(
                    "the client's tokens will be in this log: gRPC writes the headers of all calls to the logger {}, which is at DEBUG;"
                            + " set the logger io.grpc to INFO",
                    WRITER);
        }
    }
}
