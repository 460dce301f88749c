package com.scaleoutsystems.edge.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** How many times less Java needs than the reference, as bars on a logarithmic axis: the first figure of each comparison. */
final class RatioChart {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 600;

    private RatioChart() {}

    /**
     * Draws the chart as PNG; needs no display.
     *
     * @return false if there is no ratio to draw
     */
    static boolean write(List<Results> all, Path file) throws IOException {
        List<String> names = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (Results results : all) {
            results.figures().get(0).ratio().ifPresent(ratio -> {
                names.add(results.comparison().key() + " " + times(ratio));
                ratios.add(ratio);
            });
        }
        if (names.isEmpty()) {
            return false;
        }
        try {
            draw(names, ratios, file);
            return true;
        } catch (RuntimeException | InternalError | LinkageError e) {
            throw new IOException(
                    "the chart cannot be drawn; install a font and fontconfig, the tables are complete", e);
        }
    }

    private static void draw(List<String> names, List<Double> ratios, Path file) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("How many times less Java needs than the Python client (medians)")
                .yAxisTitle("Python / Java")
                .build();
        double lowest = Math.min(0.9, Collections.min(ratios));
        chart.getStyler().setLegendVisible(false).setChartBackgroundColor(Color.WHITE);
        chart.getStyler()
                .setYAxisLogarithmic(true)
                .setYAxisMin(Math.pow(10, Math.floor(Math.log10(lowest))))
                .setXAxisLabelRotation(30);
        chart.addSeries("ratio", names, ratios);
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, ratio < 10 ? "%.1f×" : "%.0f×", ratio);
    }
}
