package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Settings;
import java.util.ArrayList;
import java.util.List;

/** All comparisons there are. */
public final class Comparisons {
    private Comparisons() {}

    /** All that need nothing of the reference on the Java side. */
    public static List<Comparison> withoutReference(Settings settings) {
        List<Comparison> all = new ArrayList<>();
        all.add(ModelWork.changeIdOfOwn(settings));
        all.add(ModelWork.write(settings));
        all.add(ModelWork.readOwn(settings));
        settings.transferSizes().forEach(size -> all.add(Transfer.download(size, settings)));
        settings.transferSizes().forEach(size -> all.add(Transfer.upload(size, settings)));
        all.add(new ColdStart());
        settings.taskSizes().forEach(size -> all.add(new OneTask(size)));
        all.add(new TaskLatency(settings));
        all.add(new TelemetryRate(settings));
        all.add(new TelemetryCost(settings));
        all.add(IdleMemory.embedded(settings));
        all.add(IdleMemory.byScript(settings));
        return all;
    }

    /** All, in the order in which they run and appear in the report. */
    public static List<Comparison> all(Settings settings) {
        List<Comparison> all = withoutReference(settings);
        all.add(1, ModelWork.changeIdOfReference(settings));
        all.add(4, ModelWork.readReference(settings));
        return all;
    }
}
