package com.scaleoutsystems.edge.sandbox.fault;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.Experimental;
import java.util.List;
import java.util.Map;

/**
 * The faults of a running sandbox. They begin with those of its {@link FaultPlan}, and a test may change them at any time.
 *
 * <p>Thread-safe. Only the sandbox implements this interface, so later releases may add methods.
 *
 * @since 0.1.0
 */
@Experimental
public interface ActiveFaults {

    /**
     * Adds a fault. From now on it strikes; a fault of connections also strikes those that are open.
     *
     * @param fault the fault; if several fit a call, the one that was added first strikes
     * @return the number of the fault, for {@link #remove} and {@link #strikes(int)}
     * @throws EdgeException {@code FAILED_PRECONDITION} for a fault of connections in a sandbox that was built without a
     *     {@link FaultPlan}, and for a fault of certificates in a sandbox without TLS
     */
    int add(Fault fault);

    /**
     * Removes a fault, so that it strikes no more. Does nothing if it is not there. The sandbox closes the connections that have
     * lost bytes, and those of calls to the API that it never answers.
     *
     * @param number the number of the fault
     */
    void remove(int number);

    /** Removes all faults, also the random ones of the plan. Nothing strikes after this. It closes connections as {@link #remove} does. */
    void clear();

    /**
     * The faults that are there, also those that have struck as often as they should.
     *
     * @return the faults by their number, in the order in which they were added
     */
    Map<Integer, Fault> all();

    /**
     * How often a fault has struck.
     *
     * @param number the number of the fault; those of the plan have the numbers from 1
     * @return how many calls or connections it has struck; 0 if there has never been such a fault. Of removed faults the sandbox knows it of
     *     10,000
     */
    long strikes(int number);

    /**
     * How often all faults together have struck.
     *
     * @return how many calls and connections were struck, since the start
     */
    long strikes();

    /**
     * What was done when: the faults that struck, were added and removed, and what the test did to the servers.
     *
     * @return the newest 10,000 events, in their order
     */
    List<FaultEvent> story();
}
