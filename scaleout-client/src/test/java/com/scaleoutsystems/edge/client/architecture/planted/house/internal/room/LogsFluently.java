package com.scaleoutsystems.edge.client.architecture.planted.house.internal.room;

import org.slf4j.Logger;
import org.slf4j.event.Level;

/** Calls a method that slf4j 1.7 lacks. */
final class LogsFluently {

    private LogsFluently() {}

    static boolean isLogged(Logger log) {
        return log.isEnabledForLevel(Level.INFO);
    }
}
