package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a model file with what is known of it. */
@Command(
        name = "verify",
        description = {
            "Checks a model file against a checksum, or its content against a signature.",
            "Exits with 0 if it is valid, otherwise with 1."
        })
final class VerifyCommand extends BaseCommand {

    /** Either a checksum or a signature. */
    static final class Against {

        @Option(
                names = "--checksum",
                paramLabel = "HEX",
                required = true,
                description = "The SHA-256 of the file, 64 hexadecimal digits.")
        @Nullable
        String checksum;

        @ArgGroup(exclusive = false)
        @Nullable
        Signature signature;
    }

    /** A signature and the key of who made it. */
    static final class Signature {

        @Option(
                names = "--public-key",
                paramLabel = "PEM",
                required = true,
                description = "File with the signer's Ed25519 public key, as PEM or JWK.")
        @Nullable
        Path publicKey;

        @Option(
                names = "--signature",
                paramLabel = "B64",
                required = true,
                description = "The signature in base64, as 'model sign' prints it.")
        @Nullable
        String text;
    }

    @Parameters(paramLabel = "FILE", description = "The model.")
    private @Nullable Path file;

    @ArgGroup(multiplicity = "1")
    private @Nullable Against against;

    VerifyCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        Path path = given(file);
        Against known = given(against);
        try (ScaleoutModel model = ScaleoutModel.fromFile(path)) {
            if (known.signature != null) {
                checkSignature(path, model, known.signature);
            } else {
                checkChecksum(path, model, given(known.checksum));
            }
        }
        console.line(path + ": good");
    }

    private void checkChecksum(Path path, ScaleoutModel model, String given) {
        String expected = given.strip().toLowerCase(Locale.ROOT);
        if (!expected.matches("[0-9a-f]{64}")) {
            throw wrongUsage("--checksum is '" + given + "'; expected 64 hexadecimal digits");
        }
        if (!model.checksum().equals(expected)) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS,
                    path + " has the checksum " + model.checksum() + ", not " + expected
                            + ": it is damaged or another model; fetch it again");
        }
    }

    private static void checkSignature(Path path, ScaleoutModel model, Signature signature) {
        Path key = given(signature.publicKey);
        String text = given(signature.text);
        if (!model.verifySignature(KeyFiles.publicKey(key), text)) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS,
                    path + " was not signed with this signature by the holder of " + key
                            + ": it was changed, or signature or key belong to another; do not use it");
        }
    }
}
