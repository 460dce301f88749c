package com.scaleoutsystems.edge.client.internal.check;

import java.util.concurrent.CompletionException;

/** What completion stages give. */
public final class Stages {

    private Stages() {}

    /** The failure itself: a stage that depends on a failed one wraps its failure. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
