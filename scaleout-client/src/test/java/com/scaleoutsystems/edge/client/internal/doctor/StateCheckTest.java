package com.scaleoutsystems.edge.client.internal.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.network.DoctorReport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateCheckTest {

    @TempDir
    Path folder;

    @Test
    void aDiskWithTooLittleRoomIsNamedWithItsCure() {
        Findings findings = new Findings();

        assertThat(new StateCheck(findings, Long.MAX_VALUE).usable(folder)).isFalse();

        DoctorReport.Check check = findings.report().checks().get(0);
        assertThat(check.check()).isEqualTo("state directory");
        assertThat(check.ok()).isFalse();
        assertThat(check.finding()).startsWith("almost full: ").contains("MiB are free", folder.toString());
        assertThat(check.cure()).contains("make room");
        assertThat(folder).isEmptyDirectory();
    }
}
