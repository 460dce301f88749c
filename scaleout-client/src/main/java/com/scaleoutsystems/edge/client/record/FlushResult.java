package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.client.EdgeClient;
import java.util.Map;

/**
 * What became of records while {@link EdgeClient#flush} waited.
 *
 * @param sent how many the server has acknowledged, later ones included
 * @param remaining how many of those that were there at the beginning are still to be sent
 * @param rejected how many were refused for good
 * @param dropped how many were given up, by reason; only the reasons that were met
 */
public record FlushResult(long sent, long remaining, long rejected, Map<DropReason, Long> dropped) {

    /**
     * Copies the map.
     *
     * @param sent how many the server has acknowledged, later ones included
     * @param remaining how many of those that were there at the beginning are still to be sent
     * @param rejected how many were refused for good
     * @param dropped how many were given up, by reason
     */
    public FlushResult {
        dropped = Map.copyOf(dropped);
    }

    /**
     * Whether nothing remains.
     *
     * @return true if all records that were there at the beginning are settled
     */
    public boolean isComplete() {
        return remaining == 0;
    }
}
