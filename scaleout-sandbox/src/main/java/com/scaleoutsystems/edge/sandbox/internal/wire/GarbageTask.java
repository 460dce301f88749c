package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.scaleoutsystems.edge.proto.TaskRequest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Draws tasks that make no sense. */
final class GarbageTask {
    private static final int LONGEST = 200;
    private static final List<String> TYPES = List.of(
            "",
            "Scaleout_ModelUpdate",
            "Scaleout_ModelValidation",
            "Scaleout_Inference",
            "Scaleout_Unknown",
            "Custom_",
            "Custom_missing");
    private static final List<String> DATA =
            List.of("", "{", "[]", "null", "7", "\"text\"", "{\"a\": NaN}", "{\"a\": {\"a\": []}}");
    private static final List<String> STATUSES =
            List.of("", "PENDING", "INTERRUPTED", "TIMEOUT", "COMPLETED", "NO_STATUS");

    private GarbageTask() {}

    static TaskRequest draw(SplittableRandom random, String clientId) {
        String id = new UUID(random.nextLong(), random.nextLong()).toString();
        return TaskRequest.newBuilder()
                .setClientId(random.nextInt(4) == 0 ? text(random) : clientId)
                .setCorrelationId(random.nextInt(4) == 0 ? "" : id)
                .setModelId(random.nextBoolean() ? text(random) : "")
                .setSessionId(text(random))
                .setRoundId(text(random))
                .setType(random.nextInt(4) == 0 ? text(random) : one(TYPES, random))
                .setData(random.nextInt(4) == 0 ? text(random) : one(DATA, random))
                .setStatus(one(STATUSES, random))
                .setTimestamp(text(random))
                .build();
    }

    private static String one(List<String> all, SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }

    /** Characters of all kinds, but no halves of surrogate pairs, which no message can hold. */
    private static String text(SplittableRandom random) {
        return random.ints(random.nextInt(LONGEST), 0, Character.MIN_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
