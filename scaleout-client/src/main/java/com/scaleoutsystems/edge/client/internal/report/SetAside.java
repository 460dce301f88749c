package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Records that cannot be sent, kept in the store with the reason so that people can look at them: the last ones only. */
final class SetAside {

    private static final int KEPT = 1_000;

    /** Longer rows are cut. */
    private static final int LONGEST_ROW = 64 << 10;

    private final IdentityRows rows;
    private final Deque<String> oldestFirst = new ArrayDeque<>();

    SetAside(IdentityRows rows) {
        this.rows = rows;
    }

    /** Finds what was set aside before, and tells its keys. Blocks on the disk. */
    void load(Consumer<String> keys) {
        rows.keys(Table.SET_ASIDE, (key, bytes) -> {
            oldestFirst.addLast(key);
            keys.accept(key);
        });
    }

    /** Writes a record's row into the batch, and forgets the oldest where there are too many. */
    void add(Batch batch, String key, Instant at, String reason, String row) {
        if (!rows.isDurable()) {
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", at.toString());
        fields.put("reason", reason);
        fields.put("row", row.substring(0, Math.min(LONGEST_ROW, row.length())));
        batch.put(Table.SET_ASIDE, key, Json.write("what is set aside", fields));
        oldestFirst.addLast(key);
        while (oldestFirst.size() > KEPT) {
            batch.delete(Table.SET_ASIDE, oldestFirst.removeFirst());
        }
    }
}
