package com.scaleoutsystems.edge.sandbox;

import static com.scaleoutsystems.edge.sandbox.ScriptedClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelStatus;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelServiceTest {
    private static final byte[] RAW = "any bytes are a raw model".getBytes(StandardCharsets.UTF_8);

    private final Sandbox sandbox = Sandbox.builder().downloadChunkSize(10).start();
    private final ScriptedClient client = new ScriptedClient(sandbox, "c-1");

    @AfterEach
    void close() {
        client.close();
        sandbox.close();
    }

    @Test
    void uploadedModelCanBeDownloaded() {
        ModelResponse answer = client.upload("m-1", sha256(RAW), RAW);
        assertThat(answer.getStatus()).isEqualTo(ModelStatus.OK);
        assertThat(answer.getMessage()).isEqualTo("got 25 bytes");

        ScriptedClient.Downloaded downloaded = client.download("m-1");
        assertThat(downloaded.bytes()).isEqualTo(RAW);
        assertThat(downloaded.chunkSizes()).containsExactly(10, 10, 5);
        assertThat(downloaded.checksum()).isEqualTo(sha256(RAW));

        assertThat(sandbox.models()).containsExactly("m-1");
        assertThat(sandbox.recording().uploads()).singleElement().satisfies(upload -> {
            assertThat(upload.clientId()).isEqualTo("c-1");
            assertThat(upload.modelId()).isEqualTo("m-1");
            assertThat(upload.checksum()).isEqualTo(sha256(RAW));
            assertThat(upload.bytes()).isEqualTo(25);
            assertThat(upload.chunks()).isEqualTo(1);
            assertThat(upload.largestChunk()).isEqualTo(25);
            assertThat(upload.stored()).isTrue();
        });
        assertThat(sandbox.recording().downloads()).singleElement().satisfies(download -> {
            assertThat(download.modelId()).isEqualTo("m-1");
            assertThat(download.bytes()).isEqualTo(25);
            assertThat(download.chunks()).isEqualTo(3);
        });
        assertThat(sandbox.recording().calls("Upload").get(0).metadata()).containsEntry("model-id", "m-1");
    }

    @Test
    void addedModelCanBeDownloadedUnderItsId() {
        try (ScaleoutModel model = container("m-1", 1, 2)) {
            assertThat(sandbox.addModel(model)).isEqualTo("m-1");
            ScriptedClient.Downloaded downloaded = client.download("m-1");
            assertThat(downloaded.checksum()).isEqualTo(model.checksum());
            assertThat(sha256(downloaded.bytes())).isEqualTo(model.checksum());
        }
    }

    @Test
    void modelIsOpenedUnderItsIdEvenIfRaw() {
        client.upload("m-1", sha256(RAW), RAW);
        try (ScaleoutModel model = sandbox.model("m-1")) {
            assertThat(model.modelId()).isEqualTo("m-1");
            assertThat(model.isRaw()).isTrue();
            assertThat(model.checksum()).isEqualTo(sha256(RAW));
        }
        assertThatThrownBy(() -> sandbox.model("m-2"))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("m-2");
    }

    @Test
    void idIsNeverAPath() {
        client.upload("../../outside", sha256(RAW), RAW);
        assertThat(client.download("../../outside").bytes()).isEqualTo(RAW);
    }

    @Test
    void unknownModelIsNotFound() {
        assertThatThrownBy(() -> client.download("nothing")).hasMessage("NOT_FOUND: There is no model nothing");
        assertThat(sandbox.recording().downloads()).isEmpty();
    }

    @Test
    void wrongChecksumIsRefusedAndNothingStored() {
        ModelResponse answer = client.upload("m-1", sha256(new byte[0]), RAW);
        assertThat(answer.getStatus()).isEqualTo(ModelStatus.FAILED);
        assertThat(answer.getMessage()).contains(sha256(RAW));
        assertThat(sandbox.models()).isEmpty();
        assertThat(sandbox.recording().uploads())
                .extracting(Recorded.Upload::stored)
                .containsExactly(false);
    }

    @Test
    void nothingIsNoModel() {
        assertThat(client.upload("m-1", sha256(new byte[0]), Collections.emptyIterator())
                        .getStatus())
                .isEqualTo(ModelStatus.FAILED);
    }

    @Test
    void metadataOfAnUploadMustBeThere() {
        assertThatThrownBy(() -> client.upload("", sha256(RAW), RAW))
                .hasMessage("INVALID_ARGUMENT: The metadata model-id is missing");
        assertThatThrownBy(() -> client.upload("m-1", "", RAW))
                .hasMessage("INVALID_ARGUMENT: The metadata checksum is missing");
    }

    @Test
    void repeatedUploadIsFineWithTheSameBytesOnly() {
        client.upload("m-1", sha256(RAW), RAW);
        assertThat(client.upload("m-1", sha256(RAW), RAW).getStatus()).isEqualTo(ModelStatus.OK);

        byte[] other = {1, 2, 3};
        assertThat(client.upload("m-1", sha256(other), other).getStatus()).isEqualTo(ModelStatus.FAILED);
        assertThat(client.download("m-1").bytes()).isEqualTo(RAW);
    }

    @Test
    void containerUnderAnotherIdIsRefused() {
        try (ScaleoutModel model = container("m-1", 1, 2)) {
            ModelResponse answer = client.upload("m-2", model.checksum(), model.fileChunkStream());
            assertThat(answer.getStatus()).isEqualTo(ModelStatus.FAILED);
            assertThat(answer.getMessage()).contains("m-1", "m-2");
            assertThat(client.upload(model).getStatus()).isEqualTo(ModelStatus.OK);
        }
    }

    @Test
    void largeModelGoesBothWaysInChunks() {
        try (Sandbox large = Sandbox.builder().start();
                ScriptedClient peer = new ScriptedClient(large, "c-1");
                ScaleoutModel model = container("m-1", new double[3 << 20])) {
            assertThat(model.size()).isGreaterThan(20L << 20);
            assertThat(peer.upload(model).getStatus()).isEqualTo(ModelStatus.OK);
            assertThat(large.recording().uploads().get(0).largestChunk()).isEqualTo(1 << 20);

            ScriptedClient.Downloaded downloaded = peer.download("m-1");
            assertThat(sha256(downloaded.bytes())).isEqualTo(model.checksum());
            assertThat(downloaded.chunkSizes()).allMatch(size -> size <= 1 << 20);
        }
    }

    private static ScaleoutModel container(String id, double... values) {
        return ScaleoutModel.builder()
                .modelId(id)
                .trainingModel(ModelParameters.of(Tensor.ofDoubles(values, values.length)))
                .build();
    }
}
