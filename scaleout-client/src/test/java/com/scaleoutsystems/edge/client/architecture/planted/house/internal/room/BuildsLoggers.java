package com.scaleoutsystems.edge.client.architecture.planted.house.internal.room;

import org.slf4j.helpers.LegacyAbstractLogger;

/** Extends a class that slf4j 1.7 lacks. */
abstract class BuildsLoggers extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;
}
