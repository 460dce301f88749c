package com.scaleoutsystems.edge.client.simulation.world;

import java.time.Duration;

/**
 * Something that goes wrong in a simulated day.
 *
 * @param at when, since the day began
 * @param length how long it lasts; zero where it does not last
 * @param parameter what its kind says
 */
record Fault(Kind kind, Duration at, Duration length, int parameter) {

    /** What can go wrong. */
    enum Kind {
        /** The process is killed, and begins again after so many seconds; if the number is odd, it is killed in the middle of a commit. */
        CRASH(false, 600),
        /** The machine loses its power, and begins again after so many seconds; if the number is odd, in the middle of a commit. */
        POWER_CUT(false, 600),
        /** The process is killed; the next one is started twice at once, and once more so many milliseconds later. */
        CRASH_AND_TWO_STARTS(false, 5_000),
        /** The host closes the client within so many seconds, and makes another one a minute later. */
        CLOSE(false, 60),
        /** Somebody sets the wall clock forward, or back if the number is odd, by so many minutes; by months if it is small. */
        CLOCK_STEP(false, 400),
        /** No combiner answers but by refused connections. */
        AWAY(true, 1),
        /** Nothing passes between client and combiner; the connection stands. */
        SILENT(true, 1),
        /** The combiner is gone for good; another one takes its place at another address when this is over. */
        MOVE(true, 1),
        /** Streams break. */
        BREAK_STREAMS(false, 8),
        /** So many of a hundred calls are lost on their way to the server. */
        LOSE_REQUESTS(true, 100),
        /** So many of a hundred answers are lost: the server has acted. */
        LOSE_ANSWERS(true, 100),
        /** So many of a hundred answers come late, most of them after the deadline. */
        LATE_ANSWERS(true, 100),
        /** The combiner refuses calls: the number says which, and with which code. */
        REFUSE(true, 720),
        /** The combiner hands out former tasks again, and in another order. */
        REPEAT_TASKS(true, 100),
        /** So many of a hundred downloads do not match their checksum. */
        WRONG_CHECKSUM(true, 100),
        /** So many of a hundred acknowledgements on streams are lost. */
        LOSE_ACKNOWLEDGEMENTS(true, 100),
        /** So many of a hundred acknowledgements on streams come late. */
        LATE_ACKNOWLEDGEMENTS(true, 100),
        /** So many of a hundred acknowledgements on streams come twice. */
        DOUBLE_ACKNOWLEDGEMENTS(true, 100),
        /** The server loses so many of a hundred models after their upload. */
        LOSE_MODELS(true, 100),
        /** All access tokens end at once. */
        END_TOKENS(false, 1),
        /** The host's credential is revoked for good. The host has another one, if the number is even only when it is asked again. */
        REVOKE_CREDENTIAL(false, 2),
        /** The API refuses all tokens. */
        REFUSE_TOKENS(true, 1),
        /** The API does not answer. */
        API_AWAY(true, 1),
        /** The disk refuses so many of a hundred commits. */
        DISK_FULL(true, 100),
        /** Commits need up to so many seconds. */
        DISK_SLOW(true, 20),
        /** There is no room for models: pinning them fails, or keeps them in memory if the number is odd. */
        NO_ROOM_FOR_MODELS(true, 2),
        /** So many of a hundred callbacks throw. */
        CALLBACKS_FAIL(true, 100),
        /** So many of a hundred callbacks need very long and ignore interrupts. */
        CALLBACKS_HANG(true, 50),
        /** The server wants a task to stop. */
        STOP_TASK(false, 4);

        private final boolean lasts;
        private final int parameters;

        Kind(boolean lasts, int parameters) {
            this.lasts = lasts;
            this.parameters = parameters;
        }

        /** Whether it goes on for some time. */
        boolean lasts() {
            return lasts;
        }

        /** The number of its parameters. */
        int parameters() {
            return parameters;
        }
    }

    /** When it is over. */
    Duration end() {
        return at.plus(length);
    }

    @Override
    public String toString() {
        long seconds = at.toSeconds();
        return String.format("%02d:%02d:%02d %s", seconds / 3600, seconds / 60 % 60, seconds % 60, kind)
                + (kind.lasts() ? " for " + length.toSeconds() + " s" : "") + " (" + parameter + ")";
    }
}
