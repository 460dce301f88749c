package com.scaleoutsystems.edge.examples.digits;

/** The data is not what it should be; the message says where, what was found and what was expected. */
final class CsvException extends RuntimeException {

    CsvException(String message) {
        super(message);
    }
}
