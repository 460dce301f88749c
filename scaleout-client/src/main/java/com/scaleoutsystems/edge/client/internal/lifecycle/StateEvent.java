package com.scaleoutsystems.edge.client.internal.lifecycle;

/** What happens to a client's connection. {@link StateMachine} says which state follows. */
enum StateEvent {
    /** Somebody has the client join. */
    JOIN,

    /** Nobody tries to join any longer, and the client has not joined. */
    NOT_JOINED,

    /** The combiner answers. */
    ANSWERED,

    /** The combiner answers slowly. */
    SLOW,

    /** The combiner does not answer. */
    UNANSWERED,

    /** The combiner has not answered for too long: the client asks the API for another one. */
    REASSIGN,

    /** The client is closing. */
    CLOSE,

    /** Everything that the client held is released. */
    RELEASED
}
