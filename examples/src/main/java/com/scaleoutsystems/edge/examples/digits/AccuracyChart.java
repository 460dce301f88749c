package com.scaleoutsystems.edge.examples.digits;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Accuracy by round, as a picture. */
final class AccuracyChart {

    private AccuracyChart() {}

    /** Draws the chart as PNG; needs no display. */
    static byte[] png(List<RoundFigures> rounds, int clients) throws IOException {
        try {
            return draw(rounds, clients);
        } catch (RuntimeException | InternalError | LinkageError e) {
            // What Java throws where it finds no font or no font library depends on its release.
            throw new IOException(
                    "the chart cannot be drawn; install a font and fontconfig, the other results are complete", e);
        }
    }

    private static byte[] draw(List<RoundFigures> rounds, int clients) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(480)
                .title("Accuracy of the averaged model (%d clients)".formatted(clients))
                .xAxisTitle("Round")
                .yAxisTitle("Accuracy on held-out images")
                .build();
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setLegendVisible(false);
        chart.getStyler().setXAxisDecimalPattern("0").setYAxisDecimalPattern("0.0");
        List<Integer> x = rounds.stream().map(RoundFigures::round).toList();
        List<Double> y = rounds.stream().map(RoundFigures::accuracy).toList();
        chart.addSeries("accuracy", x, y).setMarker(SeriesMarkers.CIRCLE);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        BitmapEncoder.saveBitmap(chart, png, BitmapFormat.PNG);
        return png.toByteArray();
    }
}
