package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdentityRowsTest {

    private static final int TASKS = 3_500;

    private final Disk disk = new Disk();
    private final IdentityRows rows = new IdentityRows(disk, "one");

    private void commitTasks(int count, String value) {
        for (int i = 0; i < count; i++) {
            var unused = rows.commit(new Batch().put(Table.LEDGER, "task " + i, value));
        }
    }

    @Test
    void whatAFullDiskRefusedComesInBoundedCommitsOnceItTakesSomethingAgain() {
        disk.full = true;
        commitTasks(TASKS, "done");
        assertThat(rows.load(Table.LEDGER)).isEmpty();

        disk.full = false;
        disk.sizes.clear();
        var unused = rows.commit(new Batch().put(Table.OUTBOX, "record", "content"));

        assertThat(rows.load(Table.LEDGER)).hasSize(TASKS);
        assertThat(disk.sizes).hasSize(4).allMatch(size -> size <= 1_001);
    }

    @Test
    void longRowsComeInMoreCommits() {
        disk.full = true;
        commitTasks(5, "x".repeat(600 << 10));
        disk.full = false;
        disk.sizes.clear();
        var unused = rows.commit(new Batch().put(Table.OUTBOX, "record", "content"));

        assertThat(rows.load(Table.LEDGER)).hasSize(5);
        assertThat(disk.sizes).containsExactly(2, 1, 1, 1, 1);
    }

    @Test
    void whatWasSaidOfARowLaterCounts() {
        disk.full = true;
        commitTasks(TASKS, "done");
        disk.full = false;
        var unused = rows.commit(new Batch()
                .put(Table.LEDGER, "task " + (TASKS - 1), "told")
                .delete(Table.LEDGER, "task " + (TASKS - 2)));

        assertThat(rows.load(Table.LEDGER)).hasSize(TASKS - 1).contains(new Row(Table.LEDGER, "task 3499", "told"));
    }

    @Test
    void allThatIsOwedIsTriedOnceMoreAtTheEnd() {
        disk.full = true;
        commitTasks(TASKS, "done");
        disk.sizes.clear();
        rows.repayAll();
        assertThat(disk.sizes)
                .as("a disk that is full still is not tried for ever")
                .hasSizeLessThan(10);

        disk.full = false;
        rows.repayAll();
        assertThat(rows.load(Table.LEDGER)).hasSize(TASKS);
    }

    /** Keeps rows in memory, and refuses them for a while. */
    private static final class Disk implements StateStore {

        private final MemoryStateStore rows = new MemoryStateStore();
        private final List<Integer> sizes = new ArrayList<>();
        private boolean full;

        @Override
        public boolean isDurable() {
            return true;
        }

        @Override
        public void load(String identity, Table table, Consumer<Row> to) {
            rows.load(identity, table, to);
        }

        @Override
        public void keys(String identity, Table table, ObjIntConsumer<String> to) {
            rows.keys(identity, table, to);
        }

        @Override
        public CompletionStage<Map<String, String>> read(String identity, Table table, Collection<String> keys) {
            return rows.read(identity, table, keys);
        }

        @Override
        public CompletionStage<@Nullable Void> commit(String identity, Batch batch) {
            sizes.add(batch.puts().size() + batch.deletes().size());
            return full
                    ? CompletableFuture.failedFuture(new EdgeException(ErrorCode.IO, "No space left on device"))
                    : rows.commit(identity, batch);
        }

        @Override
        public void close() {}
    }
}
