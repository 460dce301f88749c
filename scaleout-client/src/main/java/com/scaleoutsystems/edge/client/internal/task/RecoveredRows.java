package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.List;

/**
 * What an earlier process left in the store.
 *
 * @param ledger the tasks that it received
 * @param staged the models that it fetched for a later inference
 */
public record RecoveredRows(TaskLedger ledger, List<Row> staged) {

    /** Reads the rows. Blocks on the disk. */
    public static RecoveredRows load(IdentityRows rows) {
        return new RecoveredRows(new TaskLedger(rows), rows.load(Table.STAGED));
    }
}
