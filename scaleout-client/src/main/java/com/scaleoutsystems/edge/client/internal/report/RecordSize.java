package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;

/** About how many bytes a record takes in the store, so that bounds can be kept before it is written. */
final class RecordSize {

    /** Ids, time stamps and names of fields. */
    private static final int FRAME = 300;

    private static final int METRIC = 40;

    private RecordSize() {}

    static int of(RecordBody body) {
        return FRAME
                + switch (body.recordKind()) {
                    case MODEL_UPDATE -> {
                        RecordBody.ModelUpdate update = (RecordBody.ModelUpdate) body;
                        yield update.metadata().length() + update.config().length();
                    }
                    case MODEL_VALIDATION ->
                        ((RecordBody.Validation) body).data().length();
                    case MODEL_PREDICTION ->
                        ((RecordBody.Prediction) body).data().length();
                    case INFERENCE_RESULT ->
                        ((RecordBody.Inference) body).payload().length();
                    case MODEL_METRIC ->
                        METRIC * ((RecordBody.Metric) body).values().size();
                    case STATUS -> ((RecordBody.StatusLine) body).text().length();
                    case TELEMETRY_RECORD ->
                        ((RecordBody.Telemetry) body).payload().length();
                    case ATTRIBUTE_RECORD ->
                        ((RecordBody.Attribute) body).payload().length();
                };
    }
}
