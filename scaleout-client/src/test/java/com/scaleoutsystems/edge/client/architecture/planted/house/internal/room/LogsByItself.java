package com.scaleoutsystems.edge.client.architecture.planted.house.internal.room;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a logger, so that nothing stands between a server's text and the log. */
final class LogsByItself {

    static final Logger LOG = LoggerFactory.getLogger("by itself");

    private LogsByItself() {}
}
