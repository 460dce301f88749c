package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The pauses of one way to the combiner, such as the polls or the uploads, after its failures. A failure while other ways are answered is
 * the way's own: its pause grows with each of them and lasts in full, whatever succeeds elsewhere. A failure while no other way is answered
 * is part of an outage: its pause ends with the outage, except for what the way's own failures have earned. Used on one strand only.
 */
public final class Pauses {

    private final Env env;
    private final Strand strand;
    private final Runnable goOn;
    private RetryPolicy policy;
    private int own;
    private int inOutage;
    private boolean outage;
    private @Nullable Cancellable timer;

    /** Tells pauses apart: a timer that was cancelled may have handed its step to the strand before. */
    private int number;

    /** When the pause that is on ends, and when it ends if others are answered before, in nanoseconds. */
    private long end;

    private long earnedEnd;

    /**
     * No pause yet.
     *
     * @param goOn goes on after each pause
     */
    public Pauses(Env env, Strand strand, RetryPolicy policy, Runnable goOn) {
        this.env = env;
        this.strand = strand;
        this.policy = policy;
        this.goOn = goOn;
    }

    /** Whether a pause is on. */
    public boolean isOn() {
        return timer != null;
    }

    /** Whether the last call of another way was not answered. */
    public boolean isOutage() {
        return outage;
    }

    /** The way failed: it pauses, unless a pause is on already. */
    public void failed() {
        if (timer == null) {
            if (!outage) {
                own++;
            }
            long earned = own == 0 ? 0 : earned(own);
            begin(outage ? Math.max(earned, delay(++inOutage)) : earned, earned);
        }
    }

    /** One of many failed that need not fail together: the way pauses for as long as after its first failure, unless a pause is on. */
    public void failedByItself() {
        if (timer == null) {
            long time = earned(1);
            begin(time, time);
        }
    }

    /** The way failed for a reason that does not pass soon: it pauses for this time, unless a pause is on already. */
    public void failedFor(Duration time) {
        if (timer == null) {
            begin(time.toNanos(), time.toNanos());
        }
    }

    private long earned(int failures) {
        return Backoff.earned(policy, env.random(), failures).toNanos();
    }

    private long delay(int failures) {
        return Backoff.delay(policy, env.random(), failures).toNanos();
    }

    private void begin(long time, long earned) {
        long now = env.nanos();
        end = now + time;
        earnedEnd = now + earned;
        goOnAfter(time);
    }

    private void goOnAfter(long time) {
        int mine = ++number;
        timer = strand.after(Duration.ofNanos(time), () -> {
            if (mine == number) {
                over();
            }
        });
    }

    private void over() {
        end();
        goOn.run();
    }

    /** The way works: the next failure is its first one. */
    public void succeeded() {
        own = 0;
        inOutage = 0;
    }

    /** A call of another way was not answered. */
    public void othersFail() {
        outage = true;
    }

    /** A call of another way was answered. If that ends an outage, the way goes on as soon as its own failures allow. */
    public void othersAnswer() {
        outage = false;
        inOutage = 0;
        if (timer != null && earnedEnd - end < 0) {
            timer.cancel();
            end = earnedEnd;
            long left = earnedEnd - env.nanos();
            if (left > 0) {
                goOnAfter(left);
            } else {
                over();
            }
        }
    }

    /** Forgets all failures, ends the pause that is on, and pauses by this policy from now on. Does not go on by itself. */
    public void reset(RetryPolicy now) {
        policy = now;
        succeeded();
        end();
    }

    /** Ends the pause that is on. Does not go on by itself. */
    public void end() {
        if (timer != null) {
            timer.cancel();
            timer = null;
            number++;
        }
    }
}
