package com.scaleoutsystems.edge.client.architecture.planted.house;

import com.scaleoutsystems.edge.client.internal.core.Strand;
import io.grpc.Status;
import java.util.List;

/** A public type whose signatures name a type of gRPC and one of the internals. */
public final class ExposesOthers {

    /** Names a type of gRPC as a type argument. */
    public List<Status> statuses() {
        return List.of();
    }

    /** Names a type of the internals. */
    public void use(Strand strand) {
        strand.execute(() -> {});
    }
}
