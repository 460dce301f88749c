package com.scaleoutsystems.edge.examples.digits;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * Images of handwritten digits, a fifth of them held out for evaluation and the rest dealt out to the clients by digit.
 *
 * <p>The split depends only on the rows, and neither on a seed nor on the number of clients.
 */
final class DigitsData {

    /** Digits that there are, 0 to 9. */
    static final int DIGITS = 10;

    /** Clients that the rows can be dealt out to. */
    static final int MAX_CLIENTS = 1_000;

    private static final int COLUMNS = Image.PIXELS + 1;
    private static final int HELD_OUT_EVERY = 5;

    private final List<Image> heldOut = new ArrayList<>();
    private final List<Image> rest = new ArrayList<>();

    private DigitsData(List<Image> rows) {
        // In order of digit first, so that every fifth row is a fifth of each digit.
        List<Image> byDigit = new ArrayList<>(rows);
        byDigit.sort(Comparator.comparingInt(Image::digit));
        for (int i = 0; i < byDigit.size(); i++) {
            boolean held = i % HELD_OUT_EVERY == HELD_OUT_EVERY - 1;
            (held ? heldOut : rest).add(byDigit.get(i));
        }
    }

    /** The 1,797 rows that come with this example. */
    static DigitsData bundled() throws IOException {
        String name = "digits.csv.gz";
        InputStream resource = Objects.requireNonNull(DigitsData.class.getResourceAsStream(name), name);
        try (InputStream csv = new GZIPInputStream(resource)) {
            return read(csv, name);
        }
    }

    /**
     * Rows from a file of the same form, plain or packed with gzip.
     *
     * @throws CsvException if a line is not a row
     */
    static DigitsData fromFile(Path file) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return read(gzip ? new GZIPInputStream(raw) : raw, file.toString());
        }
    }

    /**
     * Rows from a stream of lines.
     *
     * @param name what errors call the stream
     * @throws CsvException if a line is not a row
     */
    static DigitsData read(InputStream csv, String name) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(csv, StandardCharsets.UTF_8));
        List<Image> rows = new ArrayList<>();
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            rows.add(parse(line, name, number));
        }
        if (rows.size() < HELD_OUT_EVERY) {
            throw new CsvException("%s has %d rows; expected at least %d".formatted(name, rows.size(), HELD_OUT_EVERY));
        }
        return new DigitsData(rows);
    }

    private static Image parse(String line, String name, int number) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS) {
            throw new CsvException("%s, line %d: found %d values; expected %d: 64 pixels of 0 to 16, then the digit"
                    .formatted(name, number, cells.length, COLUMNS));
        }
        int[] pixels = new int[Image.PIXELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = parseCell(cells[i], Image.BLACK, "%s, line %d, pixel %d".formatted(name, number, i + 1));
        }
        int digit = parseCell(cells[Image.PIXELS], DIGITS - 1, "%s, line %d, digit".formatted(name, number));
        return new Image(pixels, digit);
    }

    private static int parseCell(String cell, int max, String where) {
        try {
            int value = Integer.parseInt(cell.strip());
            if (value >= 0 && value <= max) {
                return value;
            }
        } catch (NumberFormatException ignored) {
            // Told below, as is a number out of range.
        }
        String found = cell.length() <= 40 ? cell : cell.substring(0, 40) + "…";
        throw new CsvException("%s: found \"%s\"; expected a whole number from 0 to %d".formatted(where, found, max));
    }

    /** The fifth that no client trains on. */
    Examples heldOut() {
        return new Examples(heldOut);
    }

    /**
     * The images that one client trains on. Up to ten clients hold whole digits, the digits spread evenly: client c of five
     * holds 2c and 2c+1. With more than ten, clients share a digit and take its images in turn.
     *
     * @param client the client, from 0
     * @param clients how many there are, 1 to 1,000
     * @throws CsvException if the data has no image for this client
     */
    Examples ofClient(int client, int clients) {
        if (clients < 1 || clients > MAX_CLIENTS || client < 0 || client >= clients) {
            throw new IllegalArgumentException(
                    "There is no client %d of %d; expected 0 to clients - 1, and 1 to %d clients"
                            .formatted(client, clients, MAX_CLIENTS));
        }
        int[] dealt = new int[DIGITS];
        List<Image> own = new ArrayList<>();
        for (Image image : rest) {
            int turn = dealt[image.digit()]++;
            if (owner(image.digit(), turn, clients) == client) {
                own.add(image);
            }
        }
        if (own.isEmpty()) {
            throw new CsvException("The data has no image for client %d of %d; use fewer clients or more rows"
                    .formatted(client + 1, clients));
        }
        return new Examples(own);
    }

    private static int owner(int digit, int turn, int clients) {
        if (clients <= DIGITS) {
            return digit * clients / DIGITS;
        }
        int first = digit * clients / DIGITS;
        int next = (digit + 1) * clients / DIGITS;
        return first + turn % (next - first);
    }
}
