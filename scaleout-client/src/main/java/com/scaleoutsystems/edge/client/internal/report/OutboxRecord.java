package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import java.util.Optional;

/**
 * A record on its way to the server.
 *
 * @param id the same in each attempt and after a restart
 * @param body its content
 * @param correlationId the task whose result it is, if it is one
 * @param modelId the pinned model that must be uploaded first, if there is one
 * @param failures how often it failed in this process for a reason that may lie in itself
 */
public record OutboxRecord(
        String id, RecordBody body, Optional<String> correlationId, Optional<String> modelId, int failures) {

    OutboxRecord(String id, RecordBody body, Optional<String> correlationId, Optional<String> modelId) {
        this(id, body, correlationId, modelId, 0);
    }

    OutboxRecord withBody(RecordBody changed) {
        return new OutboxRecord(id, changed, correlationId, modelId, failures);
    }

    OutboxRecord failedOnceMore() {
        return new OutboxRecord(id, body, correlationId, modelId, failures + 1);
    }
}
