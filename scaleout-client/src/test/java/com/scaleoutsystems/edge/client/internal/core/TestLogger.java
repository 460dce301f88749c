package com.scaleoutsystems.edge.client.internal.core;

import org.slf4j.helpers.LegacyAbstractLogger;

/** A logging provider for tests, at the level INFO. */
abstract class TestLogger extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;

    @Override
    protected String getFullyQualifiedCallerName() {
        return "";
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
