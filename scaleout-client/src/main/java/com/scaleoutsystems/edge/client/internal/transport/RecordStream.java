package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import java.util.List;

/** A stream of records with acknowledgements. Safe for use from one strand; never blocks. */
public interface RecordStream {

    /** Sends one record; {@link Receiver#acknowledged(List)} reports its arrival. */
    void send(String recordId, RecordBody record);

    /**
     * Whether the combiner is silent altogether. Then it says nothing of this stream that it acknowledges nothing, which is not given up
     * for it: what it may have already would come twice.
     */
    void hold(boolean silent);

    /** Ends the stream in order; acknowledgements may still come. */
    void close();

    /** Receives the acknowledgements and the end of a stream. Called on any thread. */
    interface Receiver {

        /** The combiner has these records. */
        void acknowledged(List<String> recordIds);

        /** The stream is over, and what was not acknowledged may or may not have arrived. */
        void ended(EdgeException reason);
    }
}
