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
        settings.firstSizes().forEach(size -> all.add(FirstUse.download(size, settings)));
        all.add(FirstUse.upload(settings.modelSize(), settings));
        all.add(FirstUse.write(settings));
        all.add(FirstUse.readOwn(settings));
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
        add(all, "id-change-java", ModelWork.changeIdOfReference(settings));
        add(all, "read-java", ModelWork.readReference(settings));
        add(all, "first-read-own", FirstUse.readReference(settings));
        // The programs of older builds know of no third time.
        add(all, "first-download-" + settings.modelSize(), FirstUse.thirdDownload(settings.modelSize(), settings));
        return all;
    }

    private static void add(List<Comparison> all, String after, Comparison comparison) {
        List<String> keys = all.stream().map(Comparison::key).toList();
        all.add(keys.indexOf(after) + 1, comparison);
    }
}
