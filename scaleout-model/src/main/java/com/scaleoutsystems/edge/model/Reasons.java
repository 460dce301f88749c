package com.scaleoutsystems.edge.model;

/** Reasons of a {@link com.scaleoutsystems.edge.ModelException} that more than one class gives. */
final class Reasons {

    /** An operation did not fit the state of the model, for example after {@code close}. */
    static final String STATE = "state";

    private Reasons() {}
}
