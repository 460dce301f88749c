package com.scaleoutsystems.edge.opentelemetry;

import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;

/** What the events of a client go into. */
record Instruments(
        LongCounter received,
        DoubleHistogram tasks,
        DoubleHistogram callbacks,
        DoubleHistogram transfers,
        LongHistogram transferSizes,
        DoubleHistogram transferRates,
        LongCounter records,
        LongCounter errors) {

    static Instruments of(Meter meter) {
        return new Instruments(
                counter(meter, "tasks.received", "{task}", "tasks that the client accepted"),
                histogram(meter, "tasks", "s", "how long tasks took in all, by how they ended"),
                histogram(meter, "tasks.callback", "s", "how long their callbacks ran"),
                histogram(meter, "transfers", "s", "how long transfers of models took"),
                meter.histogramBuilder(Names.PREFIX + "transfers.size")
                        .ofLongs()
                        .setUnit("By")
                        .setDescription("the sizes of the models")
                        .build(),
                histogram(meter, "transfers.rate", "By/s", "how fast they were transferred"),
                counter(meter, "records", "{record}", "records that ended"),
                counter(meter, "errors", "{error}", "failures of the connection"));
    }

    private static LongCounter counter(Meter meter, String name, String unit, String description) {
        return meter.counterBuilder(Names.PREFIX + name)
                .setUnit(unit)
                .setDescription(description)
                .build();
    }

    private static DoubleHistogram histogram(Meter meter, String name, String unit, String description) {
        return meter.histogramBuilder(Names.PREFIX + name)
                .setUnit(unit)
                .setDescription(description)
                .build();
    }
}
